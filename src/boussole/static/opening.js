// @ts-check
/**
 * Reads the files people exchange; `saving.js` writes them.
 *
 * Takes JSON, the document that carries its data, and the YAML that boussole writes or that people write alike: blocks, lists,
 * quoted and plain words. Whatever cannot be read is told in French, by its line.
 */
"use strict";

// `var` makes a property of `window`, and can be met twice on a page without an error.
// eslint-disable-next-line no-var
var boussoleOpening = (function () {
  const MOST_BYTES = 4 * 1024 * 1024;
  const { DEEPEST, limit, wrong } = boussoleLinks;
  const TOO_DEEP = "plus de " + DEEPEST + " niveaux imbriqués";
  const UNCLOSED = "crochets, accolades ou guillemets jamais fermés";
  // What YAML would take for an anchor, a block or a mark.
  const REFUSED = /^[&*!|>%@`]/;

  // -- reading ---------------------------------------------------------------------------------------------------------

  /**
   * What a file holds, as plain data. Throws an `Error` whose message is to be shown.
   *
   * @param {string} text
   * @param {string} name  The file's, for messages.
   * @param {string} [carrier]  The id of the element that carries the data of a document.
   */
  function read(text, name, carrier = "boussole-dossier") {
    if (new Blob([text]).size > MOST_BYTES) throw wrong(name, 0, "fichier de plus de 4 Mio", "vérifier qu’il s’agit du bon fichier");
    const bare = text.replace(/^\ufeff/, "");
    if (!bare.trim()) throw wrong(name, 1, "fichier vide", "choisir le document enregistré par boussole");
    const value = /^\s*<(!doctype html|html)/i.test(bare) ? carried(bare, name, carrier) : /^\s*\{/.test(bare) ? json(bare, name, 1) : yaml(bare, name);
    limit(value, name);
    return value;
  }

  /** The data a document carries, found as `dossier.py` finds it: what a page hides cannot be read on one side only. @param {string} text @param {string} name @param {string} id */
  function carried(text, name, id) {
    const carrier = '<script type="application/json" id="' + id + '">';
    const [before, ...after] = text.split(carrier);
    const [data, ...closed] = after.join(carrier).split("</script>");
    const count = (text.match(new RegExp('\\bid\\s*=\\s*"' + id + '"', "gi")) || []).length;
    if (count > 1) throw wrong(name, 0, "document qui porte " + count + " dossiers", "redemander le fichier tel qu’il a été enregistré");
    if (!after.length) throw foreign(name);
    if (!closed.length) throw wrong(name, 0, "document coupé avant la fin de ses données", "redemander le fichier tel qu’il a été enregistré");
    return json(data, name, lineAt(text, before.length + carrier.length));
  }

  /** What is told of a file that is none of ours. @param {string} name */
  function foreign(name) {
    return new Error(name + " n’est pas un document enregistré par cet outil. Choisir le fichier obtenu avec «\u00a0Enregistrer le document\u00a0».");
  }

  /** @param {string} text @param {string} name @param {number} first  The line of the file where the text begins. */
  function json(text, name, first) {
    return parsed(text, (found, place) => {
      const told = "données coupées ou abîmées (" + found + ")";
      return wrong(name, first - 1 + lineAt(text, place), told, "redemander le fichier tel qu’il a été enregistré");
    });
  }

  /** JSON, or the same as people write it; what engines say of broken JSON differs, and seldom names the line. @param {string} text @param {Fail} fail */
  function parsed(text, fail) {
    try {
      return JSON.parse(text, (_, value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? Object.assign(Object.create(null), value) : value));
    } catch (error) {
      return new Flow(text, fail).whole();
    }
  }

  /** @param {string} text @param {number} place */
  function lineAt(text, place) {
    return text.slice(0, Math.max(place, 0)).split("\n").length;
  }

  // -- YAML ------------------------------------------------------------------------------------------------------------

  /** @typedef {{indent: number, text: string, number: number}} Line */
  /** @typedef {(found: string, place: number) => Error} Fail  What to throw, at a place of the text counted in characters. */

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
      if (depth > DEEPEST) throw this.stop(TOO_DEEP);
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
        if (key in found) throw this.stop(twice(key));
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
      if (/^["'[{]/.test(written)) return parsed(written, (found) => this.stop(found));
      if (REFUSED.test(written)) throw this.stop(unread(written));
      // A comment begins after a space; one space only in the pattern, or a long margin would be searched again and again.
      return written.replace(/\s#[^]*$/, "").trim();
    }
  }

  /** `[a, b]` and `{a: b}` as people write them, without quotes; a quoted word too. Read in one pass, whatever it holds. */
  class Flow {
    /** @param {string} text @param {Fail} fail */
    constructor(text, fail) {
      this.text = text;
      this.fail = fail;
      this.words = /\s*(?:#[^]*|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[[\]{},:]|[^\s[\]{},"'#:](?:[^\s[\]{},:]|:(?!\s|$)|\s(?!#))*)|$)/y;
      this.place = 0;
      this.next();
    }

    /** @param {string} found */
    stop(found) {
      return this.fail(found, this.place);
    }

    /** Go on to the next word: undefined at the end. */
    next() {
      this.place = this.words.lastIndex;
      const found = this.words.exec(this.text);
      if (!found) {
        this.place += this.text.slice(this.place).search(/\S|$/);
        throw this.stop(UNCLOSED);
      }
      this.place += found[0].length - (found[1] || "").length;
      this.word = found[1];
    }

    /** @returns {any} */
    whole() {
      const value = this.value(0);
      if (this.word !== undefined) throw this.stop("texte en trop après la valeur");
      return value;
    }

    /** @param {number} depth @returns {any} */
    value(depth) {
      const word = this.word;
      if (word === undefined) throw this.stop(UNCLOSED);
      if (depth > DEEPEST) throw this.stop(TOO_DEEP);
      if (/^[\]},:]$/.test(word)) throw this.stop("une valeur était attendue ici");
      if (word === "[" || word === "{") return this.several(word === "[", depth);
      const value = this.leaf(word);
      this.next();
      return value;
    }

    /** @param {boolean} isList @param {number} depth */
    several(isList, depth) {
      /** @type {any} */
      const found = isList ? [] : Object.create(null);
      const close = isList ? "]" : "}";
      for (this.next(); this.word !== close; ) {
        if (isList) found.push(this.value(depth + 1));
        else this.pair(found, depth);
        if (this.word === ",") this.next();
        else if (this.word !== close) throw this.stop(this.word === undefined ? UNCLOSED : "virgule manquante");
      }
      this.next();
      return found;
    }

    /** @param {any} found @param {number} depth */
    pair(found, depth) {
      const key = String(this.value(depth + 1));
      if (key in found) throw this.stop(twice(key));
      if (this.word !== ":") throw this.stop("deux-points manquants après une clé");
      this.next();
      found[key] = this.value(depth + 1);
    }

    /** @param {string} word */
    leaf(word) {
      if (word[0] === "'") return word.slice(1, -1).replace(/''/g, "'");
      if (REFUSED.test(word)) throw this.stop(unread(word));
      if (word[0] !== '"') return word.trim();
      try {
        return JSON.parse(word);
      } catch (error) {
        throw this.stop("«\u00a0\\\u00a0» suivi d’un caractère inconnu, ou tabulation entre guillemets");
      }
    }
  }

  /** @param {string} word */
  function unread(word) {
    return "écriture que le navigateur ne lit pas («\u00a0" + word[0] + "\u00a0»)";
  }

  /** @param {string} key */
  function twice(key) {
    return "clé «\u00a0" + key.slice(0, 60) + "\u00a0» déjà écrite";
  }

  /** @param {Line} line */
  function isItem(line) {
    return line.text === "-" || line.text.startsWith("- ");
  }

  /** @typedef {{name: string, dossier: any, aside: string[], fault: string}} Opened  The fault names the file. */

  /** What a file chosen by someone holds. @param {any} doctrine @param {File} file @returns {Promise<Opened>} */
  function open(doctrine, file) {
    const { name } = file;
    const fails = (/** @type {string} */ fault) => ({ name, dossier: null, aside: [], fault });
    if (file.size > MOST_BYTES) return Promise.resolve(fails(name + "\u00a0: ce fichier est trop gros pour être un dossier (plus de 4 Mo)."));
    const understand = (/** @type {string} */ text) => {
      const data = read(text, name);
      if (!boussoleDossier.parts.isBlock(data) || !("doctrine" in data || "answers" in data)) return fails(foreign(name).message);
      const { dossier, faults, aside } = boussoleDossier.check(doctrine, data);
      return faults.length ? fails(name + "\u00a0: " + faults.slice(0, 3).join(" ")) : { name, dossier, aside, fault: "" };
    };
    return file.text().then(understand).catch((error) => fails(error.message));
  }

  return { read, open };
})();

// In Node, where both sides are compared.
if (typeof module === "object" && module.exports) module.exports = boussoleOpening;
