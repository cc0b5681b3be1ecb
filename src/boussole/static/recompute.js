// @ts-check
/**
 * Find every published opinion again, from the published data alone: in a page where files are dropped, or in Node.
 *
 * In Node, beside the data: `node recalculer.js`. It shares nothing with `assessment.js`: another way to the same opinions.
 *
 * @typedef {{id: string, effect: string, min?: number, max?: number}} OptionRule
 * @typedef {{id: string, when?: Object<string, string[]>, options: OptionRule[]}} QuestionRule
 * @typedef {{scale: string[], questions: QuestionRule[], indicators?: Object<string, OptionRule[]>}} Rules
 * @typedef {Object<string, string>} Row
 * @typedef {{"doctrine.json": string, "registre.csv": string, "evaluations.csv": string, "mesures.csv": string}} Files
 * @typedef {{id: string, published: string, found: string}} Difference
 */
"use strict";

// `var` makes a property of `window`, and can be met twice on a page without an error.
// eslint-disable-next-line no-var
var boussoleRecompute = (function () {
  const NAMES = ["doctrine.json", "registre.csv", "evaluations.csv", "mesures.csv"];

  /** The lines of a table, by column. @param {string} text @returns {Row[]} */
  function table(text) {
    /** @type {string[][]} */
    const lines = [[]];
    for (const found of text.replace(/^\uFEFF/, "").matchAll(/(?:"([^"]*(?:""[^"]*)*)"|([^,\r\n]*))(,|\r?\n|$)/g)) {
      lines[lines.length - 1].push(found[1] === undefined ? found[2] : found[1].replace(/""/g, '"'));
      if (!found[3]) break;
      if (found[3] !== ",") lines.push([]);
    }
    const header = lines.shift() || [];
    return lines.filter((cells) => cells.length > 1).map((cells) =>
      Object.fromEntries(header.map((name, place) => /** @type {[string, string]} */ ([name, cells[place] || ""])))
    );
  }

  /** The option answered, or the band a number falls in; "nsp" chooses none. @param {OptionRule[]} options @param {string} given */
  function chosen(options, given) {
    const named = options.filter((option) => option.id === given);
    if (named.length || !/^-?\d+(\.\d+)?$/.test(given)) return named;
    return options.filter((option) => option.max === undefined || Number(given) <= option.max).slice(0, 1);
  }

  /** The worst of what each part gives, in every way there is. @param {number[][]} parts @returns {number[]} */
  function worst(parts) {
    const floor = Math.max(...parts.map((part) => Math.min(...part)));
    return Array.from(new Set(parts.flat().filter((level) => level >= floor)));
  }

  /**
   * The opinions a question and those that depend on it may give. @param {Rules} rules @param {QuestionRule} question
   * @param {Map<string, OptionRule[]>} held @returns {number[]}
   */
  function reach(rules, question, held) {
    const options = held.get(question.id) || question.options;
    return options.flatMap((option) => {
      const asked = rules.questions.filter((other) => other.when && (other.when[question.id] || []).includes(option.id));
      return worst([[rules.scale.indexOf(option.effect)], ...asked.map((other) => reach(rules, other, held))]);
    });
  }

  /** @param {Row[]} rows @param {string} name @returns {Map<string, Row[]>} */
  function by(rows, name) {
    const groups = new Map();
    rows.forEach((row) => groups.set(row[name], (groups.get(row[name]) || []).concat([row])));
    return groups;
  }

  /** What is held: the outcome of a discussion, else the positions of everyone. @param {Rules} rules @param {Row[]} rows */
  function hold(rules, rows) {
    const said = by(rows, "question_id");
    /** @type {Map<string, OptionRule[]>} */
    const held = new Map();
    rules.questions.forEach((question) => {
      const positions = said.get(question.id) || [];
      const options = [positions.filter((row) => row.auteur === "accord"), positions].map((some) =>
        some.flatMap((row) => chosen(question.options, row.reponse))
      );
      const found = options.find((some) => some.length);
      if (found) held.set(question.id, found);
    });
    return held;
  }

  /** What the latest value of each group leads to. @param {Rules} rules @param {Row[]} rows @returns {number[][]} */
  function weigh(rules, rows) {
    const latest = new Map();
    rows.slice().sort((one, other) => (one.date < other.date ? -1 : one.date > other.date ? 1 : 0)).forEach((row) => {
      const bands = chosen((rules.indicators || {})[row.indicateur_id] || [], row.valeur);
      const key = JSON.stringify([row.indicateur_id, row.groupe]);
      if (row.genre === "mesure" && row.valeur) latest.set(key, [bands.length ? rules.scale.indexOf(bands[0].effect) : 0]);
    });
    return Array.from(latest.values());
  }

  /** Every opinion still possible, then that of the day. @param {string} possible @param {string} opinion */
  function both(possible, opinion) {
    return `${possible} (avis du jour : ${opinion})`;
  }

  /** The uses whose published opinions are not those found again, or that only other tables name. @param {Files} files */
  function recompute(files) {
    /** @type {Rules} */
    const rules = JSON.parse(files["doctrine.json"]).rules;
    const answers = by(table(files["evaluations.csv"]), "usage_id");
    const measures = by(table(files["mesures.csv"]), "usage_id");
    const roots = rules.questions.filter((question) => !question.when);
    const uses = table(files["registre.csv"]);
    /** @type {Difference[]} */
    const differences = [];
    uses.forEach((use) => {
      const held = hold(rules, answers.get(use.id) || []);
      const reached = roots.map((question) => reach(rules, question, held));
      const found = worst(reached.concat(weigh(rules, measures.get(use.id) || []))).sort((one, other) => one - other);
      const told = found.map((level) => rules.scale[level]).join(" ");
      const opinion = found.length === 1 ? told : "";
      if (told !== use.avis_possibles || opinion !== use.avis)
        differences.push({ id: use.id, published: both(use.avis_possibles, use.avis), found: both(told, opinion) });
    });
    const known = new Set(uses.map((use) => use.id));
    Array.from(new Set([...answers.keys(), ...measures.keys()]))
      .filter((id) => !known.has(id))
      .forEach((id) => differences.push({ id, published: "", found: "des réponses ou des mesures, mais aucune ligne dans registre.csv" }));
    return { count: uses.length, differences };
  }

  /** What was found, one sentence a line. @param {{count: number, differences: Difference[]}} result @returns {string[]} */
  function tell(result) {
    const lines = result.differences.map(
      (found) => `${found.id} : publié « ${found.published} », retrouvé « ${found.found} »`
    );
    const told = result.differences.length ? `Avis qui diffèrent : ${result.differences.length}` : "Chaque avis publié est retrouvé.";
    return lines.concat([told, `Usages lus : ${result.count}`]);
  }

  /** Show on the page what the chosen files say. @param {HTMLInputElement} input @param {HTMLElement} output */
  function listen(input, output) {
    input.addEventListener("change", () => {
      const given = Array.from(input.files || []).filter((file) => NAMES.includes(file.name));
      const missing = NAMES.filter((name) => !given.some((file) => file.name === name));
      if (missing.length) return show(output, [`Il manque : ${missing.join(", ")}. Choisissez les quatre fichiers ensemble.`]);
      output.textContent = "Calcul en cours.";
      return Promise.all(given.map((file) => file.text().then((text) => [file.name, text])))
        .then((texts) => show(output, tell(recompute(Object.fromEntries(texts)))))
        .catch(() => show(output, ["Un fichier ne se lit pas : ce n’est pas celui qui est publié."]));
    });
  }

  /** Our words with French spaces. @param {HTMLElement} output @param {string[]} lines */
  function show(output, lines) {
    output.textContent = "";
    for (const line of lines) {
      output.appendChild(document.createElement("p")).textContent = line.replace(/ ([:»])/g, "\u00a0$1").replace(/« /g, "«\u00a0");
    }
  }

  return { NAMES, table, recompute, tell, listen };
})();

if (typeof document !== "undefined") {
  const input = /** @type {HTMLInputElement | null} */ (document.getElementById("boussole-recompute"));
  const output = document.getElementById("boussole-recomputed");
  if (input && output) boussoleRecompute.listen(input, output);
} else if (typeof module !== "undefined") {
  module.exports = boussoleRecompute;
  if (require.main === module) {
    const { readFileSync } = require("fs");
    const read = (/** @type {string} */ name) => [name, readFileSync(name, "utf8")];
    const result = boussoleRecompute.recompute(Object.fromEntries(boussoleRecompute.NAMES.map(read)));
    console.log(boussoleRecompute.tell(result).join("\n"));
    process.exitCode = result.differences.length ? 1 : 0;
  }
}
