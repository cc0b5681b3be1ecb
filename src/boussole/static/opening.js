// @ts-check
/**
 * Dossiers as texts: the files people exchange, and the link that carries one. Twin of `filing.py`.
 *
 * Reads JSON, the document that carries its data, and the YAML that boussole writes or that people write alike: blocks, lists,
 * quoted and plain words. Whatever cannot be read is told in French, by its line.
 */
"use strict";

// `var` makes a property of `window`, and can be met twice on a page without an error.
// eslint-disable-next-line no-var
var boussoleOpening = (function () {
  const MOST_BYTES = 4 * 1024 * 1024;
  const MOST_VALUES = 30000;
  const DEEPEST = 40;
  const MOST_INFLATED = 1024 * 1024;
  const PLAIN_KEY = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
  // What YAML or HTML would take for a line break or a mark, and what no one would see.
  const HIDDEN = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

  // -- reading ---------------------------------------------------------------------------------------------------------

  /**
   * What a file holds, as plain data. Throws an `Error` whose message is to be shown.
   *
   * @param {string} text
   * @param {string} name  The file's, for messages.
   */
  function read(text, name) {
    if (new Blob([text]).size > MOST_BYTES) throw wrong(name, 0, "fichier de plus de 4 Mio", "vérifier qu’il s’agit du bon fichier");
    const bare = text.replace(/^\ufeff/, "");
    if (!bare.trim()) throw wrong(name, 1, "fichier vide", "choisir le document enregistré par boussole");
    const value = /^\s*<(!doctype html|html)/i.test(bare) ? carried(bare, name) : /^\s*\{/.test(bare) ? json(bare, name) : yaml(bare, name);
    limit(value, name);
    return value;
  }

  /** @param {string} name @param {number} line @param {string} found @param {string} advice */
  function wrong(name, line, found, advice) {
    return new Error(name + (line ? ", ligne " + line : "") + "\u00a0: " + found + ". À faire\u00a0: " + advice + ".");
  }

  /** The data a document carries: it is read as a page that nobody shows. @param {string} text @param {string} name */
  function carried(text, name) {
    // Styles go first: a browser complains of them, though nobody shows the page.
    const bare = text.replace(/<style[^]*?<\/style>/gi, "");
    const carrier = new DOMParser().parseFromString(bare, "text/html").getElementById("boussole-dossier");
    if (!carrier || carrier.tagName !== "SCRIPT") {
      throw wrong(name, 0, "cette page ne porte pas de dossier", "choisir le document tel que boussole l’a enregistré");
    }
    return json(carrier.textContent || "", name);
  }

  /** @param {string} text @param {string} name */
  function json(text, name) {
    try {
      return JSON.parse(text, (_, value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.assign(Object.create(null), value) : value));
    } catch (error) {
      throw wrong(name, 0, "données coupées ou abîmées", "redemander le fichier tel qu’il a été enregistré");
    }
  }

  /** Refuse what is too deep or too long, without going deep oneself. @param {any} value @param {string} name */
  function limit(value, name) {
    const waiting = [{ value, depth: 0 }];
    for (let count = 0; waiting.length; count++) {
      const { value: next, depth } = /** @type {{value: any, depth: number}} */ (waiting.pop());
      if (depth > DEEPEST || count > MOST_VALUES) {
        throw wrong(name, 0, "trop de valeurs, ou trop imbriquées, pour un dossier", "vérifier qu’il s’agit du bon fichier");
      }
      if (typeof next === "object" && next !== null) for (const item of Object.values(next)) waiting.push({ value: item, depth: depth + 1 });
    }
  }

  // -- YAML ------------------------------------------------------------------------------------------------------------

  /** @typedef {{indent: number, text: string, number: number}} Line */

  /** @param {string} text @param {string} name */
  function yaml(text, name) {
    const lines = text.split(/\r\n|[\r\n]/).map((line, rank) => ({ indent: line.search(/[^ ]|$/), text: line.trim(), number: rank + 1 }));
    const kept = lines.filter((line) => line.text && !line.text.startsWith("#") && line.text !== "---");
    const reader = new Reader(kept, name);
    const value = reader.block(0, 0);
    if (reader.rank < kept.length) throw reader.stop("ligne mal alignée");
    return value;
  }

  class Reader {
    /** @param {Line[]} lines @param {string} name */
    constructor(lines, name) {
      this.lines = lines;
      this.name = name;
      this.rank = 0;
    }

    /** @param {string} found */
    stop(found) {
      const line = this.lines[Math.min(this.rank, this.lines.length - 1)];
      return wrong(this.name, line ? line.number : 0, found, "écrire «\u00a0clé: valeur\u00a0», ou enregistrer le dossier en JSON ou en document");
    }

    /** The block or the list that stands at a margin. @param {number} indent @param {number} depth @returns {any} */
    block(indent, depth) {
      if (depth > DEEPEST) throw this.stop("plus de " + DEEPEST + " niveaux imbriqués");
      const first = this.lines[this.rank];
      if (!first || first.indent !== indent) throw this.stop("ligne mal alignée");
      return isItem(first) ? this.list(indent, depth) : this.mapping(indent, depth);
    }

    /** @param {number} indent @param {number} depth */
    mapping(indent, depth) {
      const found = Object.create(null);
      for (let line; (line = this.lines[this.rank]) && line.indent === indent && !isItem(line); ) {
        const parts = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'{}[\],&*!|>%@`#-][^\s]*?|-[^\s]+?)\s*:(?:\s+(.*))?$/.exec(line.text);
        if (!parts) throw this.stop("«\u00a0clé: valeur\u00a0» attendu");
        const key = String(this.scalar(parts[1]));
        if (key in found) throw this.stop("clé «\u00a0" + key.slice(0, 60) + "\u00a0» déjà écrite");
        const rest = /^#/.test(parts[2] || "") ? "" : parts[2] || "";
        found[key] = rest ? this.value(rest) : this.below(indent, depth);
      }
      return found;
    }

    /** @param {number} indent @param {number} depth */
    list(indent, depth) {
      const found = [];
      for (let line; (line = this.lines[this.rank]) && line.indent === indent && isItem(line); ) {
        const rest = line.text.slice(1).trim();
        if (!rest) {
          found.push(this.below(indent, depth));
        } else if (/^[^"'{[][^\s]*\s*:(\s|$)/.test(rest)) {
          // A block that begins on the line of its dash.
          const margin = indent + line.text.length - rest.length;
          this.lines[this.rank] = { indent: margin, text: rest, number: line.number };
          found.push(this.block(margin, depth + 1));
        } else found.push(this.value(rest));
      }
      return found;
    }

    /** What stands under a key. @param {number} indent @param {number} depth */
    below(indent, depth) {
      this.rank += 1;
      const next = this.lines[this.rank];
      const isBelow = next && (next.indent > indent || (next.indent === indent && isItem(next)));
      if (!isBelow) {
        this.rank -= 1;
        throw this.stop("valeur vide");
      }
      return this.block(next.indent, depth + 1);
    }

    /** What stands beside a key. @param {string} written */
    value(written) {
      const value = this.scalar(written);
      this.rank += 1;
      return value;
    }

    /** @param {string} written @returns {any} */
    scalar(written) {
      if (/^["[{]/.test(written)) {
        try {
          return json(written, this.name);
        } catch (error) {
          return this.flow(written);
        }
      }
      if (/^'/.test(written)) {
        const quoted = /^'((?:[^']|'')*)'\s*(#.*)?$/.exec(written);
        if (!quoted) throw this.stop("apostrophes jamais fermées");
        return quoted[1].replace(/''/g, "'");
      }
      if (/^[&*!|>%@`]/.test(written)) throw this.stop("écriture que le navigateur ne lit pas («\u00a0" + written[0] + "\u00a0»)");
      return written.replace(/\s+#.*$/, "");
    }

    /** `[a, b]` and `{a: b}` as people write them, without quotes. @param {string} written */
    flow(written) {
      const bare = written.replace(/\s+#[^"'\]}]*$/, "");
      const words = bare.match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[[\]{},]|:(?=\s)|[^\s[\]{},"'](?:[^[\]{},:]|:(?!\s))*/g) || [];
      const found = this.flowValue(words, 0);
      if (words.length || found === undefined) throw this.stop("crochets, accolades ou guillemets jamais fermés");
      return found;
    }

    /** @param {string[]} words  Taken from the front. @param {number} depth @returns {any} */
    flowValue(words, depth) {
      const word = words.shift();
      if (word === undefined || depth > DEEPEST || /^[\]},:]$/.test(word)) throw this.stop("crochets, accolades ou guillemets jamais fermés");
      if (word !== "[" && word !== "{") return this.scalar(word.trim());
      /** @type {any} */
      const found = word === "[" ? [] : Object.create(null);
      const close = word === "[" ? "]" : "}";
      while (words[0] !== close) {
        const item = this.flowValue(words, depth + 1);
        if (Array.isArray(found)) found.push(item);
        else {
          if (words.shift() !== ":") throw this.stop("deux-points manquants après une clé");
          found[String(item)] = this.flowValue(words, depth + 1);
        }
        if (words[0] === ",") words.shift();
        else if (words[0] !== close) throw this.stop("virgule manquante");
      }
      words.shift();
      return found;
    }
  }

  /** @param {Line} line */
  function isItem(line) {
    return line.text === "-" || line.text.startsWith("- ");
  }

  // -- writing ---------------------------------------------------------------------------------------------------------

  /** @param {string} text */
  function guard(text) {
    return text.replace(HIDDEN, (found) => "\\u" + found.charCodeAt(0).toString(16).padStart(4, "0"));
  }

  /** On one line, spaced as Python does. @param {any} value @returns {string} */
  function leaf(value) {
    if (Array.isArray(value)) return "[" + value.map(leaf).join(", ") + "]";
    if (typeof value === "object" && value !== null) {
      return "{" + Object.keys(value).map((key) => leaf(key) + ": " + leaf(value[key])).join(", ") + "}";
    }
    return guard(JSON.stringify(value));
  }

  /** @param {any} dossier */
  function writeJson(dossier) {
    return guard(JSON.stringify(boussoleDossier.inOrder(dossier), null, 2)) + "\n";
  }

  /** @param {any} dossier */
  function writeYaml(dossier) {
    return lines(boussoleDossier.inOrder(dossier), "").join("");
  }

  /** @param {any} data @param {string} margin @returns {string[]} */
  function lines(data, margin) {
    return Object.keys(data).flatMap((key) => {
      const value = data[key];
      const name = PLAIN_KEY.test(key) ? key : leaf(key);
      const isBlock = typeof value === "object" && !Array.isArray(value) && Object.keys(value).length;
      return isBlock ? [margin + name + ":\n", ...lines(value, margin + "  ")] : [margin + name + ": " + leaf(value) + "\n"];
    });
  }

  // -- links -----------------------------------------------------------------------------------------------------------

  /**
   * The fragment of a link that carries a dossier: nothing of it reaches a server.
   *
   * @param {any} doctrine
   * @param {any} dossier
   * @returns {Promise<string>}
   */
  function encodeLink(doctrine, dossier) {
    const bytes = new TextEncoder().encode(JSON.stringify(boussoleDossier.inOrder(dossier)));
    if (typeof CompressionStream === "undefined") return Promise.resolve("p1=" + base64(bytes));
    const deflated = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    return new Response(deflated).arrayBuffer().then((buffer) => "d1=" + base64(new Uint8Array(buffer)));
  }

  /** What a fragment carries; an `Error` to be shown when it is cut or too big. @param {string} fragment @returns {Promise<any>} */
  function decodeLink(fragment) {
    const [, kind, text] = /^#?([dp])1=([\w-]*)$/.exec(fragment) || [];
    const broken = () => new Error("Ce lien est coupé ou abîmé. À faire\u00a0: le redemander, ou demander le document.");
    if (!kind) return Promise.reject(broken());
    return Promise.resolve()
      .then(() => unbase64(text))
      .then((bytes) => (kind === "p" ? bytes : inflate(bytes)))
      .then((bytes) => {
        if (bytes.length > MOST_INFLATED) throw broken();
        const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
        limit(value, "lien");
        return value;
      })
      .catch(() => Promise.reject(broken()));
  }

  /** Inflate little by little, so that a small link cannot fill the memory. @param {Uint8Array} bytes */
  async function inflate(bytes) {
    const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    const chunks = [];
    let size = 0;
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      size += step.value.length;
      if (size > MOST_INFLATED) {
        await reader.cancel();
        throw new RangeError("too big");
      }
      chunks.push(step.value);
    }
    return new Uint8Array(await new Blob(chunks).arrayBuffer());
  }

  /** @param {Uint8Array} bytes */
  function base64(bytes) {
    const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  /** @param {string} text */
  function unbase64(text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  }

  return { read, writeYaml, writeJson, encodeLink, decodeLink };
})();

// In Node, where both sides are compared.
if (typeof module === "object" && module.exports) module.exports = boussoleOpening;
