// @ts-check
/** How far a dossier is answered, and what its answers still ask for: every page counts alike. */
"use strict";

// eslint-disable-next-line no-var
var boussoleCounting = (function () {
  const { fr, plural, positions } = boussoleShowing;

  /** Whether somebody answered, be it not to know. @param {any} dossier @param {string} id */
  function isAnswered(dossier, id) {
    return positions(dossier, id).length > 0;
  }

  /** Whether somebody took a position. @param {any} dossier @param {string} id */
  function isKnown(dossier, id) {
    return positions(dossier, id).some(([, given]) => [].concat(given).some((one) => one !== "nsp"));
  }

  /** How far a dossier is answered, in words. @param {any} dossier @param {string[]} possible The questions that may be asked. */
  function countLabel(dossier, possible) {
    const known = possible.filter((id) => isKnown(dossier, id)).length;
    const answered = possible.filter((id) => isAnswered(dossier, id)).length;
    const parts = [plural(known, "réponse"), answered - known + "\u00a0« Je ne sais pas »", possible.length - answered + "\u00a0sans réponse"];
    return fr(parts.filter((_, rank) => !rank || !parts[rank].startsWith("0")).join(", "));
  }

  /** The answers that must be justified, by the notes of those who gave them, and are not. @param {any} question @param {any} dossier @returns {string[]} their keys */
  function unjustified(question, dossier) {
    const justified = question.options.filter((/** @type {any} */ option) => option.justify).map((/** @type {any} */ option) => option.id);
    const needing = positions(dossier, question.id).filter(([, given]) => [].concat(given).some((one) => justified.includes(one)));
    return needing.map(([key]) => key).filter((key) => !boussoleDossier.note(dossier, question.id, key).trim());
  }

  return { isAnswered, isKnown, countLabel, unjustified };
})();
