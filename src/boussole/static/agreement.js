// @ts-check
/**
 * The page where several people agree: brings their dossiers together, shows where they differ and whether it matters, records
 * what the discussion gave beside the positions, never instead of them.
 */
"use strict";

(function () {
  const { fr, byId, all, make, tell, fill, plural, positionLabel, saidLabel, showErrors } = boussoleShowing;
  const { doctrine, forest, levels, questions, refresh, button, asking, levelLabels, possibleLabel, opinionLabel } = boussoleReading;
  const NSP = "nsp";
  const ACCORD = "accord";

  /** @type {any} */
  let keeper = null;
  /** How to take back what was just added, as long as nobody did anything since. @type {(() => void) | null} */
  let takeBack = null;
  let asAdded = "";
  /** The questions people differ on, each with what it was drawn from. @type {Map<string, {node: any, drawn: string, weighs: any}>} */
  const cards = new Map();

  boussoleReading.open("accord", (/** @type {any} */ given) => {
    keeper = given;
    byId("fichiers").onchange = openFiles;
    byId("defaire").onclick = undo;
    keeper.onChange(show);
    show();
    boussoleShowing.showNews(keeper, byId("nouvelle"));
  });

  // -- bringing dossiers together --------------------------------------------------------------------------------------

  function openFiles() {
    const input = byId("fichiers");
    Promise.all(Array.from(input.files, (file) => boussoleOpening.open(doctrine, /** @type {File} */ (file)))).then((read) => {
      // So that the same file can be chosen again, once corrected.
      input.value = "";
      const faults = read.filter((one) => one.fault);
      const good = read.filter((one) => !one.fault);
      if (good.length) addAll(good);
      showErrors(faults.map((one, rank) => ({ field: rank ? "" : "fichiers", text: one.fault })));
    });
  }

  /** @param {any[]} files */
  function addAll(files) {
    const before = JSON.parse(JSON.stringify(keeper.dossier));
    const isNew = !countPositions(before).size && before.title === boussoleKeeping.UNTITLED;
    const told = files.map((file) => whatCame(file, isNew ? files[0].dossier : before));
    if (isNew) keeper.add(files[0].dossier);
    // Merging twice changes nothing: the first may be merged into itself.
    const opened = files.map((file) => file.dossier);
    keeper.change((/** @type {any} */ dossier) => boussoleMerging.mergeInto(dossier, opened));
    asAdded = JSON.stringify(keeper.dossier);
    takeBack = isNew ? () => keeper.remove(keeper.uid) : () => keeper.replace(before);
    fill(byId("ouverts"), told.map((text) => make("li", {}, fr(text))));
    byId("ouverts").hidden = false;
    showUndo();
    tell(byId("reunis"), plural(files.length, "dossier ajouté.", "dossiers ajoutés."));
  }

  /** What a file brings: whose answers, and what deserves a look. @param {any} file @param {any} beside The dossier it joins. */
  function whatCame(file, beside) {
    const { name, dossier, aside } = file;
    const whose = Array.from(countPositions(dossier), ([key, count]) => label(dossier, key) + ", " + plural(count.given, "réponse"));
    const parts = [name + " : " + (whose.length ? whose.join(" ; ") : "aucune réponse") + "."];
    if (dossier.title !== beside.title) parts.push("Son titre est « " + dossier.title + " » : vérifier qu’il s’agit du même usage.");
    if (aside.length) parts.push("Cette version de la doctrine n’en connaît pas tout : " + plural(aside.length, "réponse") + " à part, sans effet.");
    return parts.join(" ");
  }

  function undo() {
    if (takeBack) takeBack();
    takeBack = null;
    showUndo();
    byId("ouverts").hidden = true;
    tell(byId("reunis"), fr("Ajout défait : le dossier est comme avant."));
    byId("fichiers").focus();
  }

  function showUndo() {
    byId("defaire").hidden = !takeBack || JSON.stringify(keeper.dossier) !== asAdded;
  }

  // -- reading a dossier -----------------------------------------------------------------------------------------------

  /** @param {any} dossier @param {string} key */
  function label(dossier, key) {
    return boussoleDossier.contributor(doctrine, dossier, key);
  }

  /** What each contributor answers, as key and position, without the outcome of the discussion. @param {any} dossier @param {string} id */
  function positions(dossier, id) {
    return boussoleShowing.positions(dossier, id).filter(([key]) => key !== ACCORD);
  }

  /** How many questions each contributor answered, or does not know. @param {any} dossier @returns {Map<string, {given: number, unknown: number}>} */
  function countPositions(dossier) {
    const counts = new Map(Object.keys(dossier.contributors || {}).map((key) => [key, { given: 0, unknown: 0 }]));
    for (const id of Object.keys(dossier.answers || {})) {
      for (const [key, given] of positions(dossier, id)) {
        const count = counts.get(key) || { given: 0, unknown: 0 };
        counts.set(key, count);
        count[given === NSP ? "unknown" : "given"] += 1;
      }
    }
    return counts;
  }

  // -- the page --------------------------------------------------------------------------------------------------------

  function show() {
    const { dossier } = keeper;
    const split = boussoleAssessment.disagreements(forest, dossier.answers || {});
    boussoleShowing.showKept(keeper);
    byId("ensemble-titre").textContent = dossier.title;
    showWhere(dossier, split);
    showWho(dossier);
    showVariants(dossier);
    showDisagreements(dossier, split);
    showQuiet(dossier, new Set(split.map((/** @type {any} */ one) => one.question)));
    byId("suite").href = keeper.href("avis.html");
    showUndo();
  }

  /** @param {any} dossier @param {any[]} split */
  function showWhere(dossier, split) {
    const open = split.filter((one) => !one.settled);
    const weighing = open.filter((one) => one.matters).length;
    const result = boussoleAssessment.assess(forest, dossier.answers || {});
    const weight = weighing ? weighing + (weighing < 2 ? " pèse" : " pèsent") + " sur l’avis" : "aucun ne pèse sur l’avis pour l’instant";
    const settled = split.length ? "Tous les désaccords ont été discutés." : "Aucun désaccord.";
    const left = open.length ? plural(open.length, "désaccord") + " à discuter ; " + weight + "." : settled;
    tell(/** @type {HTMLElement} */ (document.querySelector(".boussole-said")), fr("Avis : " + opinionLabel(result) + ". " + left));
  }

  /** @param {any} dossier */
  function showWho(dossier) {
    const items = Array.from(countPositions(dossier), ([key, count]) =>
      make("li", {}, make("strong", {}, label(dossier, key)), fr(" : " + plural(count.given, "réponse") + (count.unknown ? ", " + count.unknown + " « Je ne sais pas »" : ""))),
    );
    refresh(byId("contributeurs"), items.length ? items : [make("li", {}, "Personne n’a encore répondu.")]);
  }

  // -- what there can be only one of -----------------------------------------------------------------------------------

  /** @param {any} dossier */
  function showVariants(dossier) {
    const paths = Object.keys(dossier.variants || {});
    const items = paths.map((path) => variantItem(dossier, path));
    const told = "Ces dossiers ne disent pas la même chose de l’usage. Les autres valeurs restent dans le dossier tant que personne ne choisit.";
    refresh(byId("valeurs"), items.length ? [make("h3", {}, "Ce qui diffère sur l’usage"), make("p", {}, told), make("dl", {}, ...[].concat(...items))] : []);
  }

  /** @param {any} dossier @param {string} path @returns {any} */
  function variantItem(dossier, path) {
    const name = fieldLabel(dossier, path);
    const values = [read(dossier, path)].concat(dossier.variants[path]);
    return [make("dt", {}, name)].concat(
      values.map((value, rank) => {
        const said = valueLabel(path, value);
        const node = make("dd", {}, said, rank ? " " : fr(" (gardé pour l’instant) "));
        // Under which doctrine a dossier was answered is not for people to choose.
        if (path !== "doctrine") node.append(button("Garder cette valeur", () => keep(path, value), name + ", " + said));
        return node;
      }),
    );
  }

  const FIELDS = {
    id: "Identifiant", title: "Titre", kind: "Nature", summary: "Résumé", authority: "Collectivité", service: "Service",
    contact: "Contact", status: "État de l’usage", doctrine: "Doctrine", decision: "Décision", "dates.opened": "Ouverture du dossier",
    "dates.started": "Début de l’usage", "dates.updated": "Mise à jour", "dates.next_review": "Prochain examen", "dates.ended": "Fin de l’usage",
  };

  /** @param {any} dossier @param {string} path */
  function fieldLabel(dossier, path) {
    const [part, key] = path.split(".");
    return part === "contributors" ? "Nom de " + label(dossier, key) : /** @type {any} */ (FIELDS)[path] || "Fiche d’information du public";
  }

  /** @param {string} path @param {any} value */
  function valueLabel(path, value) {
    if (path === "doctrine") return "version " + value.version;
    if (path === "decision") return (levels.has(value.outcome) ? levelLabels([value.outcome]) : value.outcome) + ", par " + value.by + ", le " + day(value.on);
    if (path === "status" || path === "kind") return /** @type {any} */ (VALUES)[value];
    return path.startsWith("dates.") ? day(value) : String(value);
  }

  /** A date as it is read; anything else as it is. @param {string} date */
  function day(date) {
    const found = new Date(date + "T12:00");
    return Number.isNaN(found.getTime()) ? String(date) : found.toLocaleDateString("fr", { day: "numeric", month: "long", year: "numeric" }).replace(/^1 /, "1er ");
  }

  const VALUES = {
    etude: "À l’étude", experimentation: "En expérimentation", service: "En service", refuse: "Refusé", abandonne: "Abandonné", arrete: "Arrêté",
    real: "Usage réel", example: "Exemple inventé",
  };

  /** @param {any} data @param {string} path */
  function read(data, path) {
    return path.split(".").reduce((value, step) => (value ? value[step] : undefined), data);
  }

  /** @param {string} path @param {any} value */
  function keep(path, value) {
    keeper.change((/** @type {any} */ dossier) => {
      const steps = path.split(".");
      const last = /** @type {string} */ (steps.pop());
      steps.reduce((part, step) => (part[step] = part[step] || {}), dossier)[last] = value;
      delete dossier.variants[path];
    });
    const next = byId("valeurs").querySelector("button");
    (next || byId("ensemble-titre")).focus();
  }

  // -- the disagreements -----------------------------------------------------------------------------------------------

  const GROUPS = [
    { title: "Désaccords qui pèsent sur l’avis", has: (/** @type {any} */ one) => one.matters && !one.settled },
    { title: "Désaccords qui ne changent pas l’avis pour l’instant", has: (/** @type {any} */ one) => !one.matters && !one.settled },
    { title: "Désaccords discutés", has: (/** @type {any} */ one) => one.settled },
  ];

  /** @param {any} dossier @param {any[]} split */
  function showDisagreements(dossier, split) {
    const drawn = new Map(split.map((one) => [one.question, cardOf(dossier, one)]));
    for (const id of Array.from(cards.keys())) if (!drawn.has(id)) cards.delete(id);
    const sections = GROUPS.map((group) => ({ title: group.title, found: split.filter(group.has) })).filter((group) => group.found.length);
    const wanted = sections.map(({ title, found }) => title + found.map((one) => one.question).join());
    const place = byId("desaccords");
    // Cards that stay where they are keep the focus, and what is being typed.
    if (place.dataset.drawn === wanted.join()) return;
    place.dataset.drawn = wanted.join();
    fill(place, sections.map(({ title, found }) => make("section", {}, make("h2", {}, title), ...found.map((one) => drawn.get(one.question)))));
  }

  /** The card of a disagreement, drawn again only when what people said of it has changed. @param {any} dossier @param {any} one */
  function cardOf(dossier, one) {
    const id = one.question;
    const card = cards.get(id) || { node: make("article", { className: "boussole-card" }), drawn: "", weighs: make("div", {}) };
    const drawn = JSON.stringify([dossier.answers[id], (dossier.notes || {})[id], dossier.contributors]);
    cards.set(id, card);
    card.node.dataset.question = id;
    card.node.classList.toggle("boussole-heavy", one.matters && !one.settled);
    fill(card.weighs, weighing(one));
    if (card.drawn !== drawn) {
      card.drawn = drawn;
      fill(card.node, [make("h3", { tabIndex: -1 }, questions.get(id).ask), sides(dossier, id), card.weighs, issue(dossier, one)]);
    }
    return card.node;
  }

  /** Who says what, side by side, with each one's note. @param {any} dossier @param {string} id */
  function sides(dossier, id) {
    const sides = positions(dossier, id).map(([key, given]) => {
      const note = boussoleDossier.note(dossier, id, key);
      const side = make("li", {}, make("span", { className: "boussole-by" }, label(dossier, key)), make("strong", {}, fr(positionLabel(questions.get(id), given))));
      if (note) side.append(make("p", { className: "boussole-note" }, note));
      return side;
    });
    return make("ul", { className: "boussole-sides" }, ...sides);
  }

  /** Whether it matters, and why. @param {any} one */
  function weighing(one) {
    const options = Object.keys(one.attainable);
    if (one.settled) return one.matters ? [make("p", {}, "Il pesait sur l’avis.")] : [];
    const also = one.contradicted ? [make("p", {}, make("strong", {}, fr("Deux résultats de discussion se contredisent : " + positionLabel(questions.get(one.question), boussoleDossier.position(keeper.dossier, one.question, ACCORD)) + ".")))] : [];
    if (!one.matters) return also.concat(make("p", {}, fr(waiting(one, options))));
    const ifs = options.map((option) => make("li", {}, fr("« " + positionLabel(questions.get(one.question), option) + " » : " + possibleLabel(one.attainable[option]) + ".")));
    return also.concat(make("p", {}, fr("Il pèse sur l’avis, qui serait, selon la réponse retenue :")), make("ul", {}, ...ifs));
  }

  /** Why a disagreement changes nothing yet, and what could change: `document.js` says the same. @param {any} one @param {string[]} options */
  function waiting(one, options) {
    const question = questions.get(one.question);
    const cases = options.length === 2 ? " dans les deux cas" : " dans tous les cas";
    const kept = "Pour l’instant, l’avis reste « " + possibleLabel(one.attainable[options[0]]) + " »" + cases;
    if (!one.outweighed) return kept + ".";
    const weighing = question.options.filter((/** @type {any} */ option) => options.includes(option.id) && option.effect !== forest.levels[0]);
    const alone = weighing.map((/** @type {any} */ option) => " À elle seule, la réponse « " + option.label + " » mène à « " + levels.get(option.effect).label + " ».");
    return kept + ", car d’autres réponses pèsent autant ou plus." + alone.join("");
  }

  /** What the discussion gave: what is recorded, or the means to record it. @param {any} dossier @param {any} one */
  function issue(dossier, one) {
    const accord = boussoleDossier.position(dossier, one.question, ACCORD);
    const isGiven = accord !== null && !one.contradicted;
    return isGiven ? givenIssue(dossier, one.question, accord) : issueFields(one.question, "", boussoleDossier.note(dossier, one.question, ACCORD));
  }

  /** @param {any} dossier @param {string} id @param {any} accord */
  function givenIssue(dossier, id, accord) {
    const because = boussoleDossier.note(dossier, id, ACCORD);
    const said = saidLabel(questions.get(id), ACCORD, accord);
    const node = make("div", { className: "boussole-issue" }, make("p", {}, fr("Résultat de la discussion : "), make("strong", {}, fr(said)), "."));
    if (because) node.append(make("p", { className: "boussole-note" }, because));
    const { ask } = questions.get(id);
    const back = () => {
      showErrors([]);
      fields.replaceWith(node);
      change.focus();
    };
    /** @type {any} */
    let fields = null;
    const change = button("Modifier ce résultat", () => {
      fields = issueFields(id, accord, because, button("Garder", back, "le résultat : " + ask));
      node.replaceWith(fields);
      fields.querySelector("input").focus();
    }, ask);
    node.append(make("p", { className: "boussole-buttons" }, change, asking("Retirer ce résultat", ask, "Retirer pour de bon", () => settle(id, null, ""))));
    return node;
  }

  /** @param {string} id @param {any} accord What is recorded. @param {string} because @param {...Node} more */
  function issueFields(id, accord, because, ...more) {
    const question = questions.get(id);
    const anchor = "issue-" + id.replace(".", "-");
    const options = question.options.map((/** @type {any} */ option) => [option.id, option.label]).concat([[NSP, "Pas d’accord trouvé"]]);
    const radios = options.map(([value, text]) => make("label", {}, make("input", { type: "radio", name: anchor, value, checked: value === accord }), make("span", {}, fr(text))));
    radios[0].querySelector("input").id = anchor;
    const choices = make("p", { className: "boussole-options" }, ...radios);
    const why = make("textarea", { id: anchor + "-raison", rows: 2, value: because });
    const save = () => {
      const chosen = /** @type {any} */ (document.querySelector("input[name=" + anchor + "]:checked"));
      const reason = boussoleDossier.clean(why.value).trim();
      const option = chosen && question.options.find((/** @type {any} */ one) => one.id === chosen.value);
      const faults = chosen ? [] : [{ field: anchor, text: "Choisir le résultat de la discussion, ou « Pas d’accord trouvé »." }];
      if (option && option.justify && !reason) faults.push({ field: why.id, text: "Donner la raison : « " + option.label + " » se justifie par une note." });
      showErrors(faults);
      // The first option carries the error, which is said before them all.
      if (!chosen) choices.before(byId(anchor + "-erreur"));
      if (!faults.length) settle(id, chosen.value, reason);
    };
    return make("fieldset", { className: "boussole-issue" },
      make("legend", {}, "Résultat de la discussion"),
      choices,
      make("p", { className: "boussole-field" }, make("label", { htmlFor: why.id }, "Raison ", make("small", {}, "Les positions de chacun restent dans le dossier.")), why),
      make("p", { className: "boussole-buttons" }, button("Enregistrer le résultat", save, question.ask), ...more),
    );
  }

  /** @param {string} id @param {any} accord @param {string} because */
  function settle(id, accord, because) {
    // The same result is drawn anew too.
    /** @type {any} */ (cards.get(id)).drawn = "";
    keeper.change((/** @type {any} */ dossier) => {
      boussoleDossier.answer(doctrine, dossier, id, ACCORD, accord);
      boussoleDossier.annotate(dossier, id, ACCORD, because);
    });
    const card = cards.get(id);
    (card ? card.node.querySelector("h3") : byId("ensemble-titre")).focus();
  }

  // -- what needs no discussion ----------------------------------------------------------------------------------------

  /** What leads to the same opinions, whoever is right, then what somebody does not know, with whom to ask. @param {any} dossier @param {Set<string>} split */
  function showQuiet(dossier, split) {
    const answered = doctrine.questions.filter((/** @type {any} */ question) => !split.has(question.id) && positions(dossier, question.id).length);
    const real = (/** @type {any} */ question) => positions(dossier, question.id).map(([, given]) => given).filter((given) => given !== NSP);
    const isKnown = (/** @type {any} */ question) => real(question).length === positions(dossier, question.id).length;
    const agreed = answered.filter((/** @type {any} */ question) => isKnown(question) && real(question).length > 1);
    const alone = answered.filter((/** @type {any} */ question) => isKnown(question) && real(question).length === 1);
    const partly = answered.filter((/** @type {any} */ question) => !isKnown(question) && real(question).length);
    const unknown = answered.filter((/** @type {any} */ question) => !real(question).length);
    const values = (/** @type {any} */ question) => Array.from(new Set(real(question).map((given) => positionLabel(question, given)))).join(" ; ") + ".";
    const byWhom = (/** @type {any} */ question) => positions(dossier, question.id).map(([key, given]) => label(dossier, key) + " : " + positionLabel(question, given)).join(" ; ") + ".";
    const open = all(document, "#accords details[open]").map((node) => node.id);
    const parts = [
      folded("entente", agreed, "dont les réponses mènent au même endroit", values),
      folded("seul", alone, "avec la réponse d’une seule personne", values),
      folded("en-partie", partly, "dont quelqu’un ne connaît pas la réponse", byWhom),
      folded("inconnu", unknown, "dont personne ne connaît la réponse", (question) => "À demander à : " + roleLabels(question.roles) + "."),
    ].filter(Boolean);
    refresh(byId("accords"), parts.length ? [make("h2", {}, "Le reste"), .../** @type {any[]} */ (parts)] : []);
    for (const id of open) if (byId(id)) byId(id).open = true;
  }

  /** @param {string} id @param {any[]} found @param {string} which @param {(question: any) => string} tellOf */
  function folded(id, found, which, tellOf) {
    if (!found.length) return null;
    const items = found.map((question) => make("li", {}, question.ask, " ", make("span", { className: "boussole-soft" }, fr(tellOf(question)))));
    return make("details", { id }, make("summary", {}, plural(found.length, "question") + " " + which), make("ul", {}, ...items));
  }

  /** @param {string[]} roles */
  function roleLabels(roles) {
    return roles.map((id) => doctrine.roles.find((/** @type {any} */ role) => role.id === id).label).join(", ");
  }
})();
