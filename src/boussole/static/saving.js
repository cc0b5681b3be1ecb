// @ts-check
/** Writes a dossier as YAML or JSON, byte for byte as `filing.py` does, its twin. */
"use strict";

// eslint-disable-next-line no-var
var boussoleSaving = (function () {
  const PLAIN_KEY = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
  // What YAML or HTML would take for a line break or a mark, and what no one would see.
  const HIDDEN = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

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
      const isList = Array.isArray(value) && value.some((item) => typeof item === "object" && item !== null && !Array.isArray(item));
      if (isList) return [margin + name + ":\n", ...value.map((/** @type {any} */ item) => margin + "  - " + leaf(item) + "\n")];
      const isBlock = typeof value === "object" && !Array.isArray(value) && Object.keys(value).length;
      return isBlock ? [margin + name + ":\n", ...lines(value, margin + "  ")] : [margin + name + ": " + leaf(value) + "\n"];
    });
  }

  return { writeYaml, writeJson };
})();

// In Node, where both sides are compared.
if (typeof module === "object" && module.exports) module.exports = boussoleSaving;
