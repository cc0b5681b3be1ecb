// @ts-check
/** The page that checks the answers: what remains to do, then every answer, each with a way to change it. */
"use strict";

(function () {
  const { fr, make, fill, unseen, plural, byId } = boussoleShowing;
  const { saidLabel, positions, questionAddress, showKept, showNews } = boussoleShowing;
  const { isAnswered, isKnown, countLabel, unjustified } = boussoleCounting;
  const { doctrine, forest, questions } = boussoleReading;
  const root = byId("verification");
  const LONGEST = 240;

  /** @type {any} */
  let keeper = null;

  /** @param {any} given */
  function begin(given) {
    keeper = given;
    keeper.onChange(show);
    show();
    showNews(keeper, byId("garde"));
  }

  function show() {
    const { dossier } = keeper;
    const result = boussoleAssessment.assess(forest, dossier.answers || {});
    showKept(keeper);
    const whose = /** @type {HTMLElement} */ (root.querySelector(".boussole-whose"));
    fill(whose, [make("span", {}, fr("« " + dossier.title + " » : ") + countLabel(dossier, result.possible) + ".")]);
    whose.hidden = false;
    fill(/** @type {HTMLElement} */ (root.querySelector(".boussole-todo")), todo(dossier, result));
    fill(/** @type {HTMLElement} */ (root.querySelector(".boussole-checked")), doctrine.sections.flatMap((/** @type {any} */ section) => summary(section, dossier, result)));
  }

  // -- what remains to do ----------------------------------------------------------------------------------------------

  /** Whether a dossier was answered under another version: only then can a question be new to it. @param {any} dossier */
  function isOfAnother(dossier) {
    const { version, fingerprint } = dossier.doctrine;
    return version !== doctrine.version || (fingerprint !== undefined && fingerprint !== doctrine.fingerprint);
  }

  /** @param {any} dossier @param {any} result @returns {Node[]} */
  function todo(dossier, result) {
    const lists = [
      [result.possible.filter((/** @type {string} */ id) => !isAnswered(dossier, id)), "question sans réponse", "questions sans réponse", true],
      [result.possible.filter((/** @type {string} */ id) => isAnswered(dossier, id) && !isKnown(dossier, id)), "« Je ne sais pas »", "« Je ne sais pas »"],
      [result.possible.filter((/** @type {string} */ id) => unjustified(questions.get(id), dossier).length), "justification à écrire", "justifications à écrire"],
      [boussoleDossier.outdated(doctrine, dossier), "réponse à relire : la question a changé depuis", "réponses à relire : les questions ont changé depuis"],
      [isOfAnother(dossier) ? boussoleDossier.unseen(doctrine, dossier) : [], "question nouvelle depuis l’enregistrement", "questions nouvelles depuis l’enregistrement"],
    ];
    const found = lists.filter(([ids]) => ids.length).map(([ids, one, many, isLong]) => group(ids, plural(ids.length, fr(one), fr(many)), isLong));
    const aside = Object.keys(dossier.aside || {}).length;
    if (aside) found.push(make("p", {}, fr(plural(aside, "réponse gardée", "réponses gardées") + " sans effet : cette version de la doctrine n’a pas ces questions, ou pas ces réponses.")));
    // Nothing says under which questions it was answered.
    if (isOfAnother(dossier) && !Object.keys(dossier.seen || {}).length) found.push(make("p", {}, fr("Ce dossier a été rempli sous un autre état de la doctrine : relire les questions.")));
    if (!found.length) found.push(make("p", {}, "Tout est répondu, rien n’est à relire."));
    return [make("h2", {}, "Ce qui reste à faire"), ...found];
  }

  /** @param {string[]} ids @param {string} title @param {boolean} isLong */
  function group(ids, title, isLong) {
    const items = ids.map((id) => make("li", {}, make("a", { href: questionAddress(id) }, fr(questions.get(id).ask))));
    return make("details", { open: !isLong }, make("summary", {}, title), make("ul", {}, ...items));
  }

  // -- every answer ----------------------------------------------------------------------------------------------------

  /** @param {any} section @param {any} dossier @param {any} result @returns {Node[]} */
  function summary(section, dossier, result) {
    const ids = doctrine.questions.map((/** @type {any} */ question) => question.id).filter((/** @type {string} */ id) => id.startsWith(section.id + "."));
    const shown = ids.filter((/** @type {string} */ id) => result.possible.includes(id) || isAnswered(dossier, id) || boussoleDossier.annotators(dossier, id).length);
    const rows = shown.map((/** @type {string} */ id) => row(id, dossier, result));
    return rows.length ? [make("h2", {}, (section.number ? section.number + ". " : "") + section.label), make("dl", { className: "boussole-summary" }, ...rows)] : [];
  }

  /** @param {string} id @param {any} dossier @param {any} result */
  function row(id, dossier, result) {
    const question = questions.get(id);
    const link = make("a", { href: questionAddress(id) }, isAnswered(dossier, id) ? "Modifier" : "Répondre", unseen(" : " + question.ask));
    return make("div", {}, make("dt", {}, fr(question.ask)), make("dd", {}, ...said(question, dossier, result)), make("dd", {}, link));
  }

  /** @param {any} question @param {any} dossier @param {any} result @returns {Node[]} */
  function said(question, dossier, result) {
    const given = positions(dossier, question.id);
    const who = keeper.who();
    const mine = who ? who.key : "sans-role";
    const name = (/** @type {string} */ key) => (key === mine ? "Vous" : boussoleDossier.contributor(doctrine, dossier, key));
    const isAlone = given.length === 1 && given[0][0] === mine;
    const lines = given.map(([key, position]) => make("p", {}, fr((isAlone ? "" : name(key) + " : ") + saidLabel(question, key, position)), ...note(question.id, dossier, key)));
    if (!given.length) lines.push(make("p", { className: "boussole-blank" }, "Sans réponse"));
    const silent = boussoleDossier.annotators(dossier, question.id).filter((/** @type {string} */ key) => !given.some(([who]) => who === key));
    for (const key of silent) lines.push(make("p", {}, fr(name(key) + " note :")), ...note(question.id, dossier, key));
    if (!result.possible.includes(question.id)) lines.push(make("p", { className: "boussole-when" }, fr("Mise de côté : la question ne se pose pas, d’après les autres réponses.")));
    return lines;
  }

  /** @param {string} id @param {any} dossier @param {string} key @returns {Node[]} */
  function note(id, dossier, key) {
    const text = boussoleDossier.note(dossier, id, key).trim();
    const shown = text.length > LONGEST ? text.slice(0, LONGEST) + "…" : text;
    return text ? [make("small", {}, shown)] : [];
  }

  boussoleReading.open("verification", begin);
})();
