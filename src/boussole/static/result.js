// @ts-check
/**
 * The page of the opinion: shows it, tries other answers beside the dossier, records the decision, saves and shares.
 *
 * Decides nothing: what is said of the dossier is `document.js`'s, so that the page and the saved document cannot differ.
 */
"use strict";

(function () {
  const { fr, byId, all, make, tell, fill, unseen, plural, positionLabel, saidLabel, showErrors } = boussoleShowing;
  const { doctrine, forest, levels, questions, refresh, button, asking, opinionLabel } = boussoleReading;
  const LONG_LINK = 8000;

  // -- the compass -----------------------------------------------------------------------------------------------------

  /** What the document draws, as nodes: its text is already text. @param {string} html @returns {any} */
  function parsed(html) {
    return new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
  }

  /** The compass of the document. @param {any} answers @param {string} [caption] */
  function drawCompass(answers, caption) {
    const figure = parsed(boussoleDocument.compass(doctrine, forest, { answers }));
    if (!caption) return figure;
    const svg = figure.firstElementChild;
    svg.setAttribute("aria-label", svg.getAttribute("aria-label").replace(/^[^\u00a0]*/, caption));
    figure.append(make("figcaption", {}, caption));
    return figure;
  }

  // -- the page --------------------------------------------------------------------------------------------------------

  /** @type {any} */
  let keeper = null;
  /** What is held of the dossier now. @type {any} */
  let now = null;
  /** The answers tried, by question. @type {Map<string, string>} */
  const trials = new Map();
  /** The decision the fields show, so that typing is not lost when another tab changes something else. */
  let decisionShown = "";

  /** @param {any} given */
  function begin(given) {
    keeper = given;
    byId("essai-ajouter").onclick = () => addTrial(byId("essai-question").value);
    byId("essai-revenir").onclick = forgetTrials;
    byId("decision-garder").onclick = decide;
    showUndecide();
    byId("imprimer").onclick = () => window.print();
    byId("lien").onclick = copyLink;
    for (const node of all(document, "[data-save]")) node.addEventListener("click", save);
    for (const node of all(document, "[data-field]")) node.addEventListener("change", editField);
    keeper.onChange(show);
    show();
    boussoleShowing.showNews(keeper, byId("nouvelle"));
  }

  function show() {
    const { dossier } = keeper;
    now = boussoleAssessment.assess(forest, dossier.answers || {});
    boussoleShowing.showKept(keeper);
    byId("avis-titre").textContent = dossier.title;
    showBlocks(dossier);
    showTrials();
    showDecision(dossier);
    showFields(dossier);
  }

  /** @param {any} result @param {any[]} told What the document says of it, drawn. */
  function showOpinion(result, told) {
    const [said, drawn, ladder] = [".boussole-said", ".boussole-drawn", ".boussole-ladder"].map((name) => /** @type {HTMLElement} */ (document.querySelector(name)));
    // Said again only when it changes: the region is polite.
    refresh(said, told);
    byId("avis").className = "boussole-verdict boussole-" + (result.opinion ? "level-" + forest.levels.indexOf(result.opinion) : "open");
    byId("avis").dataset.opinion = result.opinion || "";
    byId("avis").dataset.attainable = result.attainable.join(" ");
    refresh(ladder, doctrine.scale.map((/** @type {any} */ one, /** @type {number} */ rank) => rung(one, rank, result)));
    refresh(drawn, [drawCompass(keeper.dossier.answers || {})]);
  }

  /** One level of the scale, and whether it is the opinion or still possible. @param {any} level @param {number} rank @param {any} result */
  function rung(level, rank, result) {
    const isHeld = result.attainable.includes(level.id);
    const word = result.opinion ? " (l’avis)" : " (encore possible)";
    const mark = make("span", { className: "boussole-sign boussole-level-" + Math.min(rank, 4), "aria-hidden": "true" }, doctrine.marks[Math.min(rank, doctrine.marks.length - 1)]);
    return make("li", { className: isHeld ? "boussole-held" : "" }, mark, " ", level.label, isHeld ? unseen(word) : "");
  }

  // -- what the document says ------------------------------------------------------------------------------------------

  // What the page shows otherwise, or on another page.
  const ELSEWHERE = new Set(["Avis", "Décision", "Critère par critère", "Le dossier", "Toutes les réponses"]);
  const MOST_ITEMS = 10;

  /** @param {any} dossier */
  function showBlocks(dossier) {
    /** @type {Object<string, any[]>} */
    const chapters = { "": [] };
    let title = "";
    for (const block of boussoleDocument.blocks(doctrine, forest, dossier)) {
      if (block.kind === "section") title = block.text;
      (chapters[title] = chapters[title] || []).push(block);
    }
    const content = (/** @type {string} */ name) => chapters[name].filter((block) => !["title", "section", "compass"].includes(block.kind));
    const said = content("Avis").map(drawBlock);
    // What the document adds is what divides people, or what a settled opinion hides.
    const [href, words] = now.opinion ? ["verifier.html", "Voir ces questions"] : ["#desaccords", "Voir les désaccords"];
    if (said.length > 2) said.push(make("p", {}, make("a", { href }, words)));
    showOpinion(now, said);
    const decision = content("Décision").map(drawBlock);
    refresh(byId("entete"), content("").map(drawBlock).concat(dossier.decision ? decision : []));
    refresh(byId("decision"), dossier.decision ? [] : decision);
    refresh(byId("constats"), content("Critère par critère").map(drawBlock));
    const shown = Object.keys(chapters).filter((name) => name && !ELSEWHERE.has(name)).map((name) => make("section", { id: boussoleDossier.slug(name) }, ...chapters[name].filter((block) => !["reopening", "notice"].includes(block.kind)).map(drawBlock)));
    refresh(byId("detail"), shown.concat(ignored()));
  }

  /** @param {any} block @returns {any} */
  function drawBlock(block) {
    if (block.kind === "section") return make("h2", {}, block.text);
    if (block.kind === "part") return make("h3", {}, block.text);
    if (block.kind === "table") return drawTable(block);
    if (block.kind === "facts") return make("dl", { className: "boussole-facts" }, ...[].concat(...block.items.map((/** @type {any} */ item) => [make("dt", {}, item.text), ...item.lines.map((/** @type {any} */ line) => make("dd", {}, line.text))])));
    if (!block.items.length) return make("p", { className: "boussole-" + block.kind }, block.text);
    return drawList(block);
  }

  /** A list; what comes after the first ones is folded. @param {any} block */
  function drawList(block) {
    const tag = block.kind === "order" ? "ol" : "ul";
    const items = block.items.map(drawItem);
    const list = make(tag, { className: "boussole-" + block.kind }, ...items.slice(0, MOST_ITEMS));
    const more = items.slice(MOST_ITEMS);
    if (!more.length) return list;
    const rest = make(tag, {}, ...more);
    if (tag === "ol") rest.start = MOST_ITEMS + 1;
    return make("div", {}, list, make("details", {}, make("summary", {}, "Et " + plural(more.length, "autre")), rest));
  }

  /** @param {any} item */
  function drawItem(item) {
    const node = make("li", {});
    if (item.mark) node.append(make("span", { className: "boussole-sign boussole-" + item.state, "aria-hidden": "true" }, item.mark), " ");
    const question = questionIn(item.text);
    node.append(question ? make("strong", {}, item.text) : make("span", {}, item.text), ...item.lines.map(drawLine));
    if (question) node.append(questionActions(question));
    return node;
  }

  /** @param {any} line */
  function drawLine(line) {
    if (line.isNote) return make("p", { className: "boussole-note" }, make("span", { className: "boussole-unseen" }, line.label + "\u00a0: "), line.text);
    return line.label ? make("p", {}, make("span", { className: "boussole-soft" }, line.label + "\u00a0: "), line.text) : make("p", {}, line.text);
  }

  /** @param {any} block */
  function drawTable(block) {
    return make("div", { className: "boussole-scroll", role: "region", tabIndex: 0, "aria-label": "L’avis, version par version" }, parsed(boussoleDocument.html(block)));
  }

  /** Text without what typography changes. @param {string} text */
  function bare(text) {
    return text.replace(/[\s'’]/g, "");
  }

  /** The question an item of the document begins with. @param {string} text */
  function questionIn(text) {
    const begun = doctrine.questions.filter((/** @type {any} */ question) => bare(text).startsWith(bare(question.ask)));
    return begun.sort((/** @type {any} */ a, /** @type {any} */ b) => b.ask.length - a.ask.length)[0];
  }

  /** @param {any} question */
  function questionActions(question) {
    const see = make("a", { href: boussoleShowing.questionAddress(question.id) }, "Voir la question", unseen(" : " + question.ask));
    const tryIt = now.possible.includes(question.id) ? button("Essayer", () => addTrial(question.id), question.ask) : "";
    return make("p", { className: "boussole-actions" }, see, " ", tryIt);
  }

  /** The answers that have no effect, because the question is not asked. */
  function ignored() {
    if (!now.ignored.length) return [];
    const told = "Ces questions ne se posent pas, au vu des autres réponses. Ce qui y est écrit est gardé, sans effet.";
    const items = now.ignored.map((/** @type {string} */ id) => drawItem({ text: fr(questions.get(id).ask), lines: [] }));
    return [make("section", {}, make("h2", {}, "Réponses sans effet"), make("p", {}, told), make("ul", {}, ...items))];
  }

  /** An answer in words, with who gives which. @param {any} question @param {any} given @returns {string} */
  function answerLabel(question, given) {
    if (Array.isArray(given) || typeof given !== "object") return positionLabel(question, given);
    const { dossier } = keeper;
    return Object.keys(given).map((key) => boussoleDossier.contributor(doctrine, dossier, key) + " : " + saidLabel(question, key, given[key])).join(" ; ");
  }

  // -- trying other answers --------------------------------------------------------------------------------------------

  function tried() {
    const answers = Object.assign({}, keeper.dossier.answers);
    trials.forEach((option, id) => {
      if (option) answers[id] = option;
    });
    return answers;
  }

  /** @param {string} id */
  function addTrial(id) {
    if (id && !trials.has(id)) {
      trials.set(id, "");
      /** @type {HTMLElement} */ (document.querySelector(".boussole-trials")).append(trialFields(questions.get(id)));
      showTrials();
    }
    const input = /** @type {HTMLElement | null} */ (document.querySelector('[name="essai-' + id + '"]'));
    if (input) input.focus();
  }

  /** The options of a question, as a trial. @param {any} question */
  function trialFields(question) {
    const given = (keeper.dossier.answers || {})[question.id];
    const held = heldOption(question);
    const options = question.options.map((/** @type {any} */ option) => {
      const choose = () => {
        trials.set(question.id, option.id);
        showTrials();
      };
      return make("label", {}, make("input", { type: "radio", name: "essai-" + question.id, value: option.id, checked: option.id === held, onchange: choose }), make("span", {}, fr(option.label)));
    });
    const node = make("fieldset", { className: "boussole-question" }, make("legend", {}, question.ask));
    const forget = () => {
      trials.delete(question.id);
      node.remove();
      showTrials();
      byId("essai-question").focus();
    };
    node.append(
      make("p", { className: "boussole-when" }, fr("Dans le dossier : " + (given === undefined ? "sans réponse" : answerLabel(question, given)) + ".")),
      make("p", { className: "boussole-options" }, ...options),
      make("p", {}, button("Retirer cet essai", forget, question.ask)),
    );
    return node;
  }

  /** The answer that is held of a question, if there is only one. @param {any} question */
  function heldOption(question) {
    const given = boussoleShowing.positions(keeper.dossier, question.id).map(([, one]) => one);
    return boussoleDossier.position(keeper.dossier, question.id, "accord") || (given.every((one) => one === given[0]) ? given[0] : "");
  }

  function forgetTrials() {
    trials.clear();
    fill(/** @type {HTMLElement} */ (document.querySelector(".boussole-trials")), []);
    showTrials();
    byId("essai-question").focus();
  }

  function showTrials() {
    const then = boussoleAssessment.assess(forest, tried());
    const count = Array.from(trials.values()).filter(Boolean).length;
    const [panel, said, pair] = [".boussole-tried", ".boussole-then", ".boussole-pair"].map((name) => /** @type {HTMLElement} */ (document.querySelector(name)));
    panel.hidden = !trials.size;
    offerTrials(then);
    tell(said, count ? fr(outcomeOfTrials(then, count)) : "");
    refresh(pair, count ? [drawCompass(keeper.dossier.answers || {}, "Maintenant"), drawCompass(tried(), count < 2 ? "Avec cet essai" : "Avec ces essais")] : []);
  }

  /** @param {any} then @param {number} count */
  function outcomeOfTrials(then, count) {
    const subject = count < 2 ? "Avec cet essai" : "Avec ces " + count + " essais";
    const [before, after] = [now, then].map(opinionLabel);
    const left = then.missing.length;
    const told = before === after ? subject + ", l’avis ne changerait pas : " + after + "." : subject + " : " + after + ". Maintenant : " + before + ".";
    return told + (left ? " Il resterait " + plural(left, "réponse") + " à trouver." : "");
  }

  /** The questions one may try: those that weigh first, as things stand with what is already tried. @param {any} then */
  function offerTrials(then) {
    const select = byId("essai-question");
    const chosen = select.value;
    const better = forest.levels.slice(0, forest.levels.indexOf(then.attainable[0])).reverse();
    const answers = tried();
    const changing = better.map((level) => boussoleAssessment.changes(forest, answers, level).map((/** @type {any} */ change) => change.question));
    const weighing = new Set([].concat(then.reasons.map((/** @type {any} */ reason) => reason.question), ...changing, then.missing));
    const free = then.possible.filter((/** @type {string} */ id) => !trials.has(id));
    const groups = [["Celles qui pèsent sur l’avis", Array.from(weighing).filter((id) => free.includes(id))], ["Les autres", free.filter((/** @type {string} */ id) => !weighing.has(id))]];
    refresh(select, groups.filter(([, ids]) => ids.length).map(([label, ids]) => make("optgroup", { label }, ...ids.map((/** @type {string} */ id) => make("option", { value: id }, questions.get(id).ask)))));
    if (free.includes(chosen)) select.value = chosen;
    else select.selectedIndex = 0;
  }

  // -- the decision ----------------------------------------------------------------------------------------------------

  /** @param {any} dossier */
  function showDecision(dossier) {
    const { decision } = dossier;
    const place = byId("decision-retirer");
    if (place.hidden === Boolean(decision)) showUndecide();
    place.hidden = !decision;
    const shown = JSON.stringify(decision || {});
    if (shown === decisionShown) return;
    decisionShown = shown;
    for (const part of ["outcome", "by", "on", "because"]) byId("decision-" + part).value = (decision && decision[part]) || "";
  }

  function decide() {
    /** @type {any} */
    const given = {};
    for (const part of ["outcome", "by", "on", "because"]) given[part] = boussoleDossier.clean(byId("decision-" + part).value).trim();
    const faults = faultsOf(given);
    showErrors(faults);
    if (faults.length) return;
    const before = keeper.dossier.decision || {};
    // A decision whose reason is corrected was taken on the opinion of its day.
    given.opinion = before.outcome === given.outcome && before.on === given.on ? before.opinion : now.attainable;
    for (const part of ["because", "opinion"]) if (!given[part]) delete given[part];
    keeper.change((/** @type {any} */ dossier) => {
      dossier.decision = given;
    });
    leave("Décision enregistrée dans le dossier.");
  }

  /** Say what was done, and put the focus there: a second Enter must do nothing. @param {string} words */
  function leave(words) {
    tell(byId("decision-dite"), words);
    byId("decision-dite").focus();
  }

  function showUndecide() {
    fill(byId("decision-retirer"), [asking("Retirer la décision", "la décision enregistrée", "Retirer pour de bon", undecide)]);
  }

  /** @param {any} given */
  function faultsOf(given) {
    const differs = given.outcome && now.opinion !== given.outcome;
    const why = now.opinion ? "Donner le motif : la décision s’écarte de l’avis (« " + levels.get(now.opinion).label + " »)." : "Donner le motif : l’avis est encore à compléter.";
    return [
      { field: "decision-outcome", text: "Choisir la décision.", is: !given.outcome },
      { field: "decision-by", text: "Donner la fonction de la personne qui décide.", is: !given.by },
      { field: "decision-on", text: "Donner la date de la décision, avec une année de quatre chiffres.", is: !/^\d{4}-\d\d-\d\d$/.test(given.on) },
      { field: "decision-on", text: "La date de la décision est dans l’avenir.", is: /^\d{4}-/.test(given.on) && given.on > today() },
      { field: "decision-because", text: why, is: differs && !given.because },
    ].filter((fault) => fault.is);
  }

  function undecide() {
    keeper.change((/** @type {any} */ dossier) => {
      delete dossier.decision;
    });
    showErrors([]);
    leave("Décision retirée.");
  }

  // -- saving and sharing ----------------------------------------------------------------------------------------------

  function today() {
    const date = new Date();
    const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
    return date.getFullYear() + "-" + two(date.getMonth() + 1) + "-" + two(date.getDate());
  }

  /** The dossier as it leaves: with the opinion of this version of the doctrine. */
  function stamped() {
    return keeper.change((/** @type {any} */ dossier) => boussoleDossier.stamp(doctrine, forest, dossier, today()));
  }

  const WRITERS = {
    html: { type: "text/html", write: (/** @type {any} */ dossier) => boussoleDocument.toHtml(doctrine, forest, dossier) },
    yml: { type: "application/yaml", write: boussoleSaving.writeYaml },
    json: { type: "application/json", write: boussoleSaving.writeJson },
  };

  /** @param {Event} event */
  function save(event) {
    const suffix = /** @type {any} */ (event.currentTarget).dataset.save;
    const { type, write } = /** @type {any} */ (WRITERS)[suffix];
    const dossier = stamped();
    const name = [dossier.id, whose(), today()].filter(Boolean).join("-") + "." + suffix;
    boussoleShowing.download(name, type, write(dossier));
    tell(byId("enregistre"), fr("Fichier préparé : " + name + "."));
  }

  /** Who answers, as a file is named; nothing without a role. */
  function whose() {
    const who = keeper.who();
    return who ? boussoleDossier.slug(boussoleDossier.contributor(doctrine, { contributors: { [who.key]: who } }, who.key)) : "";
  }

  function copyLink() {
    boussoleLinks.encodeLink(doctrine, stamped()).then((/** @type {string} */ fragment) => {
      const address = location.href.replace(/#.*/, "") + "#" + fragment;
      const words = [linkLength(address.length), "Qui a le lien lit les réponses : elles sont dans le lien, pas sur un serveur."];
      byId("lien-texte").value = address;
      byId("lien-mot").textContent = fr(words.join(" "));
      byId("lien-fait").hidden = false;
      byId("lien-texte").select();
      // A page opened from a file, or an older browser, may refuse: the link is there, selected.
      const copied = navigator.clipboard ? navigator.clipboard.writeText(address) : Promise.reject(new Error());
      copied.then(() => "Lien copié.", () => "Le lien est prêt : le copier.").then((/** @type {string} */ told) => tell(byId("enregistre"), fr(told)));
    });
  }

  /** @param {number} length */
  function linkLength(length) {
    const told = "Ce lien fait " + length + " caractères";
    return length > LONG_LINK ? told + " : beaucoup de messageries le couperont. Envoyer plutôt le document." : told + ".";
  }

  /** @param {any} dossier */
  function showFields(dossier) {
    for (const field of all(document, "[data-field]")) {
      if (field !== document.activeElement) field.value = dossier[field.dataset.field] || "";
    }
  }

  /** @param {Event} event */
  function editField(event) {
    const field = /** @type {any} */ (event.currentTarget);
    const text = boussoleDossier.clean(field.value).trim();
    const faults = !text && field.dataset.field === "title" ? [{ field: field.id, text: "Donner un titre à l’usage." }] : [];
    showErrors(faults);
    if (faults.length) return;
    keeper.change((/** @type {any} */ dossier) => {
      if (text) dossier[field.dataset.field] = text;
      else delete dossier[field.dataset.field];
    });
  }

  boussoleReading.open("resultat", begin);
})();
