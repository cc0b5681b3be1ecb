// @ts-check
// Shows the live opinion of the form. Decides nothing: reads the rule in the markup and asks assessment.js.
"use strict";

(function () {
  const form = /** @type {HTMLElement | null} */ (document.querySelector(".boussole-form"));
  if (!form) return;

  const root = form;
  const opinion = /** @type {HTMLElement} */ (form.querySelector(".boussole-opinion"));
  const details = /** @type {HTMLElement} */ (form.querySelector(".boussole-details"));
  const fieldsets = new Map(all(form, "[data-question]").map((node) => [node.dataset.question || "", node]));
  const sections = all(form, "[data-section]");
  const levels = new Map(all(form, "[data-level]").map((node) => [node.dataset.level || "", text(node.querySelector("strong"))]));
  const rules = readRules(form);
  const forest = boussoleAssessment.compile(rules);

  /** @param {ParentNode} node @param {string} selector @returns {HTMLElement[]} */
  function all(node, selector) {
    return Array.from(node.querySelectorAll(selector));
  }

  /** @param {Element | null} node */
  function text(node) {
    return node ? (node.textContent || "").trim() : "";
  }

  /** The rule, as the page itself carries it. @param {HTMLElement} root */
  function readRules(root) {
    const questions = all(root, "[data-question]").map((node) => {
      const rule = {
        id: node.dataset.question,
        section: /** @type {HTMLElement} */ (node.closest("[data-section]")).dataset.section,
        options: all(node, "[data-option]").map(readOption),
        numeric: "numeric" in node.dataset,
      };
      const parent = node.dataset.when;
      return parent ? Object.assign(rule, { when: { [parent]: (node.dataset.whenOptions || "").split(" ") } }) : rule;
    });
    return { scale: (root.dataset.scale || "").split(" "), questions };
  }

  /** @param {HTMLElement} node */
  function readOption(node) {
    const option = { id: node.dataset.option, effect: node.dataset.effect };
    if (node.dataset.min !== undefined) Object.assign(option, { min: Number(node.dataset.min) });
    if (node.dataset.max !== undefined) Object.assign(option, { max: Number(node.dataset.max) });
    return option;
  }

  /** What is answered now, by question. */
  function readAnswers() {
    /** @type {Record<string, string>} */
    const answers = {};
    fieldsets.forEach((node, id) => {
      const input = /** @type {HTMLInputElement | null} */ (node.querySelector("input:checked, input[type=text]"));
      if (input && input.value.trim() !== "") answers[id] = input.value.trim();
    });
    return answers;
  }

  function refresh() {
    const answers = readAnswers();
    const result = boussoleAssessment.assess(forest, answers);
    stepAside(result);
    showOpinion(result);
    const shown = [...reasons(result), ...changes(result, answers), ...findings(result), ...missing(result), ...refused(result)];
    details.textContent = "";
    details.append(...shown);
    for (const part of all(root, "#detail, .boussole-more")) part.hidden = false;
  }

  /** Hide the questions that can no longer be asked; what was answered in them stays. @param {any} result */
  function stepAside(result) {
    fieldsets.forEach((node, id) => {
      node.hidden = !result.possible.includes(id);
    });
  }

  /** @param {any} result */
  function showOpinion(result) {
    const names = result.attainable.map((/** @type {string} */ level) => levels.get(level));
    const said = result.opinion ? "Avis\u00a0: " + names[0] + "." : "Avis à compléter. Encore possibles\u00a0: " + names.join(", ") + ".";
    if (opinion.textContent !== said) opinion.textContent = said;
    opinion.hidden = false;
    root.setAttribute("data-opinion", result.opinion || "");
    root.setAttribute("data-attainable", result.attainable.join(" "));
    all(root, "[data-level]").forEach((node) => {
      node.classList.toggle("boussole-attainable", result.attainable.includes(node.dataset.level));
    });
  }

  /** @param {any} result */
  function reasons(result) {
    const title = result.opinion ? "Pourquoi" : "Ce qui pèse déjà";
    return list(title, result.reasons.map((/** @type {any} */ reason) => weight(reason.question, reason.option, "because")));
  }

  /** @param {any} result @param {Record<string, string>} answers */
  function changes(result, answers) {
    const rank = rules.scale.indexOf(result.attainable[0]);
    if (rank === 0) return [];
    const target = rules.scale[rank - 1];
    const found = boussoleAssessment.changes(forest, answers, target);
    const worst = (/** @type {any} */ change) => change.options.find((/** @type {string} */ name) => weighs(change.question, name, rank)) || change.options[0];
    const title = "Pour permettre «\u00a0" + levels.get(target) + "\u00a0», changer";
    return list(title, found.map((/** @type {any} */ change) => weight(change.question, worst(change), "remedy")));
  }

  /** @param {string} id @param {string} option @param {number} rank */
  function weighs(id, option, rank) {
    const node = entry(id, option);
    return node !== null && rules.scale.indexOf(node.dataset.effect || "") >= rank;
  }

  /** @param {any} result */
  function findings(result) {
    return list("Critère par critère", sections.filter((node) => node.dataset.section !== "profil").map((node) => {
      const found = result.findings[node.dataset.section || ""];
      const state = found.length === 1 ? levels.get(found[0]) : "à compléter";
      return [node.dataset.label + "\u00a0: " + (state || "").toLowerCase()];
    }));
  }

  /** @param {any} result */
  function missing(result) {
    const shown = result.missing.slice(0, 5).map((/** @type {string} */ id) => [ask(id), link(id, "y répondre")]);
    const total = result.missing.length;
    return list("Ce qui manque (" + total + (total < 2 ? " question)" : " questions, les plus décisives d’abord)"), shown);
  }

  /** @param {any} result */
  function refused(result) {
    return list("Réponses non comprises", result.unknown.map((/** @type {any} */ wrong) => [ask(wrong.question), link(wrong.question, "corriger")]));
  }

  /** A titled list, or nothing when it is empty. @param {string} title @param {(string | Node)[][]} items @returns {Node[]} */
  function list(title, items) {
    if (!items.length) return [];
    const heading = document.createElement("h3");
    heading.textContent = title;
    const bullets = document.createElement("ul");
    for (const parts of items) {
      const bullet = document.createElement("li");
      parts.forEach((part, place) => bullet.append(...(place ? [" "] : []), part));
      bullets.append(bullet);
    }
    return [heading, bullets];
  }

  /** @param {string} id @param {string} option @returns {HTMLElement | null} */
  function entry(id, option) {
    const node = fieldsets.get(id);
    return node ? node.querySelector('[data-option="' + option + '"]') : null;
  }

  /** What an answer weighs, in the words of the page. @param {string} id @param {string} option @param {string} what */
  function weight(id, option, what) {
    const node = entry(id, option);
    return [ask(id), text(node && node.querySelector("strong")) + ".", text(node && node.querySelector("[data-" + what + "]")), link(id, "revoir")];
  }

  /** @param {string} id */
  function ask(id) {
    return text(/** @type {HTMLElement} */ (fieldsets.get(id)).querySelector("legend"));
  }

  /** @param {string} id @param {string} words */
  function link(id, words) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.setAttribute("aria-label", words + "\u00a0: " + ask(id));
    button.addEventListener("click", () => {
      const fieldset = /** @type {HTMLElement} */ (fieldsets.get(id));
      /** @type {HTMLElement} */ (fieldset.querySelector("input")).focus();
    });
    return button;
  }

  /** @type {HTMLElement} */ (form.querySelector(".boussole-by-hand")).hidden = true;
  form.addEventListener("input", refresh);
  // Browsers put back the answers of a page one comes back to, after this script has run.
  window.addEventListener("pageshow", refresh);
  refresh();
})();
