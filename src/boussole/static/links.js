// @ts-check
/** The link that holds a dossier in its fragment, and what bounds anything that comes from elsewhere. */
"use strict";

// eslint-disable-next-line no-var
var boussoleLinks = (function () {
  const MOST_VALUES = 30000;
  const DEEPEST = 40;
  const MOST_INFLATED = 1024 * 1024;

  /** @param {string} name @param {number} line @param {string} found @param {string} advice */
  function wrong(name, line, found, advice) {
    return new Error(name + (line ? ", ligne " + line : "") + "\u00a0: " + found + ". À faire\u00a0: " + advice + ".");
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

  return { DEEPEST, wrong, limit, encodeLink, decodeLink };
})();

// In Node, where both sides are compared.
if (typeof module === "object" && module.exports) module.exports = boussoleLinks;
