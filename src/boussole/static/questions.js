// @ts-check
/**
 * The pages of questions: keeps each answer as it is given, shows what follows from it. Decides nothing: asks assessment.js.
 *
 * The HTML is complete by itself; what is said here is added to it.
 */
"use strict";

(function () {
  const form = /** @type {HTMLElement | null} */ (document.querySelector(".boussole-form"));
  if (!form) return;

  const { fr, byId, all, make, tell, tellOrHide, fill, unseen, plural } = boussoleShowing;
  const { positionLabel, saidLabel, positions, anchor, questionAddress } = boussoleShowing;
  const { showKept, showErrors, markField, unmarkField, showNews } = boussoleShowing;
  const { isKnown, unjustified } = boussoleCounting;
  const root = form;
  const doctrine = boussoleDoctrine;
  const forest = boussoleAssessment.compile(boussoleDossier.rules(doctrine));
  const questions = new Map(doctrine.questions.map((/** @type {any} */ question) => [question.id, question]));
  const levels = new Map(doctrine.scale.map((/** @type {any} */ level) => [level.id, level]));
  const fieldsets = new Map(all(root, "[data-question]").map((node) => [node.dataset.question, node]));
  const panel = one(".boussole-panel");
  const TYPING = 400;
  const SPEAKING = 900;

  /** @type {any} */
  let keeper = null;
  /** What is typed and not kept yet: each is called once. @type {Map<Element, () => void>} */
  const waiting = new Map();
  let typing = 0;
  let speaking = 0;

  /** @param {string} selector @param {ParentNode} [node] @returns {any} */
  function one(selector, node) {
    return (node || root).querySelector(selector);
  }

  /** @param {any} given */
  function begin(given) {
    keeper = given;
    one(".boussole-by-hand").hidden = true;
    for (const part of [panel, one(".boussole-bar")]) part.hidden = false;
    fieldsets.forEach(addErasure);
    // A page of all the questions is long: its anchors are only for the links of the panel.
    if ("all" in root.dataset) fieldsets.forEach((node, id) => (node.id = anchor(id)));
    root.addEventListener("input", onInput);
    root.addEventListener("change", onChange);
    for (const link of all(root, "[data-continue]")) link.addEventListener("click", onContinue);
    for (const name of ["pagehide", "visibilitychange"]) window.addEventListener(name, flush);
    keeper.onChange((/** @type {any} */ dossier, /** @type {string} */ reason) => (reason === "own" ? refresh() : showAll()));
    showAll();
    showNews(keeper, byId("garde"));
    root.dataset.ready = "";
    const goal = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
    if (goal) goal.scrollIntoView();
  }

  // -- what is answered ------------------------------------------------------------------------------------------------

  /** The key under which one's answers are kept in a dossier, declared in it. @param {any} dossier */
  function contributorIn(dossier) {
    const who = keeper.who();
    return who ? boussoleDossier.introduce(dossier, who.role, who.label) : "sans-role";
  }

  function contributor() {
    const who = keeper.who();
    return who ? who.key : "sans-role";
  }

  /** @param {string} id @param {(dossier: any, key: string) => void} act */
  function change(id, act) {
    keeper.page = id.split(".")[0];
    keeper.change((/** @type {any} */ dossier) => act(dossier, contributorIn(dossier)));
  }

  /** @param {string} id @param {any} given  null takes the answer away. */
  function answer(id, given) {
    const number = one("input[type=text]", fieldsets.get(id));
    if (number) unmarkField(number);
    change(id, (dossier, key) => boussoleDossier.answer(doctrine, dossier, id, key, given));
  }

  /** @param {Event} event */
  function onInput(event) {
    const field = /** @type {any} */ (event.target);
    const id = idOf(field);
    if ("note" in field.dataset) later(field, () => change(id, (dossier, key) => boussoleDossier.annotate(dossier, id, key, field.value)));
    else if ("evidence" in field.dataset) later(field, () => change(id, (dossier) => boussoleDossier.attach(dossier, id, lines(field.value))));
    else if (field.type === "text") answerNumber(id, field);
  }

  /** @param {Event} event */
  function onChange(event) {
    const field = /** @type {any} */ (event.target);
    const id = idOf(field);
    flush();
    if (field.type === "radio") choose(id, field.value);
    if (field.type === "checkbox") answer(id, field.checked ? "nsp" : null);
    if (field.type === "checkbox" || field.type === "radio") showAnswer(id);
    if (field.type === "text") refuseNumber(id, field);
  }

  /** An option, and where its reason is written if it needs one. @param {string} id @param {string} option */
  function choose(id, option) {
    answer(id, option);
    showWords(id);
    if (needsNote(id)) one(".boussole-more", fieldsets.get(id)).open = true;
  }

  /** Whether one's answer must be justified, and is not. @param {string} id */
  function needsNote(id) {
    return one("[data-note]", fieldsets.get(id)) && unjustified(questions.get(id), keeper.dossier).includes(contributor());
  }

  /** @param {any} field */
  function idOf(field) {
    return field.closest("[data-question]").dataset.question;
  }

  /** @param {string} text */
  function lines(text) {
    return boussoleDossier.clean(text).split("\n").map((line) => line.trim()).filter(Boolean);
  }

  /** Keep what is typed once the fingers rest. @param {Element} field @param {() => void} act */
  function later(field, act) {
    waiting.set(field, act);
    clearTimeout(typing);
    typing = window.setTimeout(flush, TYPING);
  }

  function flush() {
    clearTimeout(typing);
    const acts = Array.from(waiting.values());
    waiting.clear();
    acts.forEach((act) => act());
  }

  /** @param {string} id @param {any} field */
  function answerNumber(id, field) {
    if (numberFault(id, field)) return;
    const text = bareNumber(id, field);
    answer(id, text || null);
    one("[type=checkbox]", fieldsets.get(id)).checked = false;
    showEcho(id, text);
  }

  /** What is typed, without its unit. @param {string} id @param {any} field @returns {string} */
  function bareNumber(id, field) {
    const text = field.value.trim();
    const number = /^[^a-zà-ÿ%]*/i.exec(text)[0].trim();
    const unit = text.slice(number.length).trim().toLowerCase();
    return number && unit && (questions.get(id).unit || "").toLowerCase().startsWith(unit) ? number : text;
  }

  /** What is wrong with what is typed, or nothing. @param {string} id @param {any} field @returns {string} */
  function numberFault(id, field) {
    const text = bareNumber(id, field);
    if (!text || isUnderstood(id, text)) return "";
    const number = Number(text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".").replace("−", "-"));
    const { options } = questions.get(id);
    const { max } = options[options.length - 1];
    const low = options[0].min ? "être inférieur à " + options[0].min : "être négatif";
    const bound = number < options[0].min ? low : number > max ? "dépasser " + max : "";
    return "Ce nombre n’est pas gardé : " + (bound ? "il ne peut pas " + bound : "écrire seulement un nombre, par exemple 20 ou 12,5") + ".";
  }

  /** A number that means nothing changes nothing: the last one stays, and it is said once it is written. @param {string} id @param {any} field */
  function refuseNumber(id, field) {
    const fault = numberFault(id, field);
    if (!fault) return;
    markField(field, fault);
    speak(fr(fault));
  }

  /** @param {string} id @param {any} given */
  function isUnderstood(id, given) {
    return !boussoleAssessment.assess(forest, { [id]: given }).unknown.length;
  }

  // -- what is shown ---------------------------------------------------------------------------------------------------

  function showAll() {
    showWhose();
    fieldsets.forEach((_, id) => {
      showAnswer(id);
      showWords(id);
      showOthers(id);
    });
    refresh();
  }

  function showWhose() {
    const node = one(".boussole-whose");
    const who = keeper.who();
    const as = who ? "Rôle : " + boussoleDossier.uncapitalized(boussoleDossier.contributor(doctrine, namesOf(who), who.key)) : "Sans rôle indiqué";
    const link = make("a", { href: boussoleShowing.address("evaluer.html#qui") }, "Changer", unseen(" de dossier ou de rôle"));
    fill(node, [make("span", {}, fr("« " + keeper.dossier.title + " ». " + as + ". ")), link]);
    node.hidden = false;
  }

  /** A dossier where one is declared, even before any answer. @param {any} who */
  function namesOf(who) {
    const dossier = { contributors: Object.assign({}, keeper.dossier.contributors) };
    boussoleDossier.introduce(dossier, who.role, who.label);
    return dossier;
  }

  /** @param {string} id */
  function showAnswer(id) {
    const node = fieldsets.get(id);
    const given = boussoleDossier.position(keeper.dossier, id, contributor());
    for (const input of all(node, "input")) {
      if (input.type === "text") showNumber(id, input, given);
      else input.checked = input.value === given;
    }
  }

  /** @param {string} id @param {any} input @param {any} given */
  function showNumber(id, input, given) {
    const isNumber = typeof given === "number" || (typeof given === "string" && /^[+-]?\d/.test(given));
    // What could not be understood stays, to be corrected.
    if (input !== document.activeElement && !input.hasAttribute("aria-invalid")) input.value = isNumber ? String(given).replace(".", ",") : "";
    showEcho(id, isNumber || given === "nsp" ? given : given || "");
  }

  /** What a number was understood as. @param {string} id @param {any} given */
  function showEcho(id, given) {
    const question = questions.get(id);
    const number = Number(String(given).replace(/[\s\u00a0\u202f]/g, "").replace(",", "."));
    const isNamed = question.options.some((/** @type {any} */ option) => option.id === given);
    const inBand = (/** @type {any} */ option) => (isNamed ? option.id === given : option.max === undefined || number <= option.max);
    const band = given === "" || given === "nsp" || given === undefined || given === null ? null : question.options.find(inBand);
    const words = band ? positionLabel(question, given) + (isNamed ? "" : ", soit « " + band.label + " »") + " : " + levels.get(band.effect).gravity : "";
    tell(byId("echo-" + anchor(id)), fr(words));
  }

  /** The note and the evidence; what is being typed stays. @param {string} id */
  function showWords(id) {
    const node = fieldsets.get(id);
    const [note, evidence] = [one("[data-note]", node), one("[data-evidence]", node)];
    if (!note) return;
    const written = [boussoleDossier.note(keeper.dossier, id, contributor()), ((keeper.dossier.evidence || {})[id] || []).join("\n")];
    [note, evidence].forEach((field, place) => {
      if (field !== document.activeElement && !waiting.has(field)) field.value = written[place];
    });
    tell(note.previousElementSibling, fr("Note" + (needsNote(id) ? " : dire pourquoi « sans objet »" : "")));
    one(".boussole-more summary", node).textContent = "Note et pièces" + (written.some(Boolean) ? " (remplies)" : "");
  }

  /** What the others answer and note, beside one's own. @param {string} id */
  function showOthers(id) {
    const node = fieldsets.get(id);
    const { dossier } = keeper;
    const others = one(".boussole-others", node);
    if (!others) return;
    const name = (/** @type {string} */ key) => boussoleDossier.contributor(doctrine, dossier, key);
    const found = positions(dossier, id).filter(([key]) => key !== contributor());
    tellOrHide(others, fr(found.map(([key, given]) => name(key) + " : " + saidLabel(questions.get(id), key, given)).join(" ; ")));
    const notes = one(".boussole-notes", node);
    const given = (dossier.notes || {})[id];
    const keys = given !== undefined && typeof given === "object" ? Object.keys(given) : given ? ["sans-role"] : [];
    const written = keys.filter((key) => key !== contributor());
    fill(notes, written.map((key) => make("p", {}, make("strong", {}, fr(name(key) + " : ")), boussoleDossier.note(dossier, id, key))));
    notes.hidden = !written.length;
  }

  /** A way to take one's answer back. @param {HTMLElement} node @param {string} id */
  function addErasure(node, id) {
    const erase = () => {
      answer(id, null);
      showAnswer(id);
      one("input", node).focus();
    };
    const button = make("button", { type: "button", className: "boussole-erase", hidden: true, onclick: erase }, "Retirer ma réponse", unseen(" : " + questions.get(id).ask));
    one(".boussole-options", node).append(" ", button);
  }

  // -- what follows from the answers -----------------------------------------------------------------------------------

  function refresh() {
    const result = boussoleAssessment.assess(forest, keeper.dossier.answers || {});
    showKept(keeper);
    stepAside(result);
    showOpinion(result);
    showMissing(result);
    showStates(result);
    for (const [id, node] of fieldsets) {
      const isMine = positions(keeper.dossier, id).some(([key]) => key === contributor());
      one(".boussole-erase", node).hidden = !isMine;
    }
  }

  /** Hide the questions that can no longer be asked; what was answered in them stays. @param {any} result */
  function stepAside(result) {
    const possible = new Set(result.possible);
    let aside = 0;
    fieldsets.forEach((node, id) => {
      const isAside = !possible.has(id);
      if (node.hidden !== isAside) node.hidden = isAside;
      aside += Number(isAside);
    });
    const words = plural(aside, "question ne se pose pas", "questions ne se posent pas") + " ici, d’après les autres réponses. Ce qui y était écrit est gardé.";
    tellOrHide(one(".boussole-put-aside"), aside ? words : "");
  }

  /** @param {any} result */
  function showOpinion(result) {
    const names = result.attainable.map((/** @type {string} */ level) => levels.get(level).label);
    const opinion = result.opinion ? names[0] : "À compléter";
    tell(one(".boussole-opinion"), opinion);
    tell(one(".boussole-bar span"), fr(result.opinion ? "Avis : " + opinion : "Avis à compléter : " + names.length + " avis possibles"));
    speak(fr(result.opinion ? "Avis : " + opinion + "." : "Avis à compléter. Encore possibles : " + names.join(", ") + "."));
    root.dataset.opinion = result.opinion || "";
    root.dataset.attainable = result.attainable.join(" ");
    for (const node of all(panel, "[data-level]")) {
      const isHeld = result.attainable.includes(node.dataset.level);
      node.classList.toggle("boussole-held", isHeld);
      tell(one("small", node), isHeld ? "" : "n’est plus possible");
    }
  }

  /** Tell a screen reader, once the answers rest, and only what changed. @param {string} words */
  function speak(words) {
    const region = one("[role=status]", panel);
    clearTimeout(speaking);
    speaking = window.setTimeout(() => tell(region, words), SPEAKING);
  }

  /** @param {any} result */
  function showMissing(result) {
    const list = one(".boussole-missing");
    const shown = result.missing.slice(0, 3);
    if (list.dataset.shown === shown.join(" ") && list.firstChild) return;
    list.dataset.shown = shown.join(" ");
    const item = (/** @type {string} */ id) => {
      const question = questions.get(id);
      const href = fieldsets.has(id) ? "#" + anchor(id) : questionAddress(id);
      return make("li", {}, make("a", { href }, fr(question.ask)));
    };
    fill(list, shown.length ? shown.map(item) : [make("li", {}, "Rien ne manque pour rendre cet avis.")]);
  }

  /** The state of each section, in words and on the compass. @param {any} result */
  function showStates(result) {
    const possible = result.possible.map((/** @type {string} */ id) => [id.split(".")[0], isKnown(keeper.dossier, id)]);
    const told = [];
    for (const section of doctrine.sections) {
      const state = stateOf(section.id, result.findings[section.id]);
      const here = possible.filter((/** @type {any} */ [name]) => name === section.id);
      const count = here.filter((/** @type {any} */ [, known]) => known).length + " sur " + here.length;
      tell(one('[data-state="' + section.id + '"] small', panel), fr((state.words ? state.words + ", " : "") + count));
      const branch = one('[data-branch="' + section.id + '"]', panel);
      if (branch) told.push(section.number + ". " + section.label + ", " + state.words);
      if (branch && branch.dataset.now !== state.name) draw(branch, state);
    }
    const drawing = one("svg", panel);
    if (drawing) drawing.setAttribute("aria-label", fr("La boussole : " + told.join(" ; ") + "."));
  }

  /** @param {string} id @param {string[]} found @returns {{name: string, mark: string, words: string}} */
  function stateOf(id, found) {
    if (!weighing.has(id)) return { name: "open", mark: "", words: "" };
    if (found.length > 1) return { name: "open", mark: "?", words: "à compléter" };
    const rank = forest.levels.indexOf(found[0]);
    const sign = one('[data-level="' + found[0] + '"] .boussole-sign', panel);
    return { name: "level-" + Math.min(rank, 4), mark: sign.textContent, words: levels.get(found[0]).label.toLowerCase() };
  }

  /** The sections where some answer has an effect. */
  const weighing = new Set(
    doctrine.questions
      .filter((/** @type {any} */ question) => question.options.some((/** @type {any} */ option) => option.effect !== doctrine.scale[0].id))
      .map((/** @type {any} */ question) => question.id.split(".")[0]),
  );

  /** @param {any} branch @param {{name: string, mark: string}} state */
  function draw(branch, state) {
    branch.dataset.now = state.name;
    const [left, right, , mark] = Array.from(branch.children);
    left.setAttribute("class", "boussole-left boussole-" + state.name);
    right.setAttribute("class", "boussole-right boussole-" + state.name);
    mark.textContent = state.mark;
  }

  // -- going on --------------------------------------------------------------------------------------------------------

  /** What must be justified is asked for before going on; the answers are kept whatever happens. @param {Event} event */
  function onContinue(event) {
    flush();
    const open = Array.from(fieldsets).filter(([, node]) => !node.hidden);
    const faults = open.map(([id, node]) => faultOf(id, node)).filter(({ text }) => text);
    if (!faults.length) return;
    event.preventDefault();
    const href = /** @type {HTMLAnchorElement} */ (event.currentTarget).href;
    const later = faults.every(({ isNumber }) => !isNumber) ? ", et justifier plus tard" : faults.length > 1 ? ", et corriger plus tard" : " sans le changer";
    showErrors(faults, make("p", {}, "Les autres réponses sont gardées. ", make("a", { href }, "Continuer" + later)));
  }

  /** What is wrong with a question; nothing when there is no text. @param {string} id @param {any} node */
  function faultOf(id, node) {
    const number = one("input[type=text]", node);
    const about = questions.get(id).ask;
    if (number) return { field: number.id, text: numberFault(id, number), about, isNumber: true };
    return { field: "note-" + anchor(id), text: needsNote(id) ? "Justifier « sans objet » par une note." : "", about, isNumber: false };
  }

  boussoleKeeping.start(doctrine).then(begin);
})();
