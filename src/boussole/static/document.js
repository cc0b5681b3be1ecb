// @ts-check
/**
 * One dossier as a document: what it says, in blocks; then as HTML that carries its own data.
 *
 * Twin of `document.py` and of its template: the same blocks, and the same HTML byte for byte.
 *
 * @typedef {{label: string, text: string, isNote: boolean}} Line
 * @typedef {{text: string, lines: Line[], state: string, mark: string}} Item
 * @typedef {{kind: string, text: string, items: Item[], state: string, mark: string}} Block
 */
"use strict";

// eslint-disable-next-line no-var
var boussoleDocument = (function () {
  const OPEN = "?";
  const NO_ROLE = "sans-role";
  const ACCORD = "accord";
  const NOT_TOLD = "Non renseigné";
  const NO_ANSWER = "Sans réponse";
  const CONTRADICTED = "Deux résultats de discussion se contredisent.";
  const MOST_NAMED = 3; // unanswered questions named in a sentence; beyond, they are counted
  const WIDE = "\u00a0";
  const NARROW = "\u202f";
  const MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" ");
  const STATUS = {
    etude: "À l’étude",
    experimentation: "En expérimentation",
    service: "En service",
    refuse: "Refusé",
    abandonne: "Abandonné",
    arrete: "Arrêté",
  };
  const DATES = {
    opened: "Dossier ouvert le",
    started: "Usage commencé le",
    updated: "Mis à jour le",
    next_review: "Prochain examen le",
    ended: "Usage terminé le",
  };
  const NOTICE = {
    context: "Contexte",
    purpose: "Finalité",
    place_in_decision: "Place dans la décision",
    automation: "Automatisation",
    legal_basis: "Base juridique",
    resources: "Moyens",
    decisions_per_year: "Décisions par an",
    scope: "Portée",
    public: "Public concerné",
    data: "Données traitées",
    data_source: "Origine des données",
    collection: "Collecte",
    algorithm: "Type d’algorithme",
    operations: "Opérations",
    supplier: "Fournisseur",
    model: "Modèle",
    oversight: "Contrôle humain",
    appeal: "Recours",
    withheld: "Ce qui n’est pas publié, et pourquoi",
  };
  const CHOICES = {
    automation: { entiere: "Entière", aide: "Aide à la décision" },
    scope: { externe: "Externe", interne: "Interne" },
    algorithm: { regles: "Règles", apprentissage: "Apprentissage" },
  };
  const KINDS = { real: "Usage réel", example: "Exemple inventé" };
  // What comes before a value inside another one, as a decision kept beside the first; nothing where the value says it.
  const WITHIN = {
    id: "",
    outcome: "",
    by: "par ",
    on: "le ",
    because: "motif : ",
    opinion: "avis d’alors : ",
    value: "",
    version: "version ",
    fingerprint: "empreinte ",
  };
  const VALUES = Object.assign({ status: STATUS, kind: KINDS }, CHOICES);
  const DAY = /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/;
  const FIELDS = Object.assign(
    {
      id: "Identifiant",
      title: "Titre",
      kind: "Nature",
      summary: "Résumé",
      authority: "Collectivité",
      service: "Service",
      contact: "Contact",
      status: "État de l’usage",
      doctrine: "Doctrine",
      decision: "Décision",
    },
    prefixed("dates.", DATES),
    prefixed("notice.", NOTICE),
  );

  // -- words -----------------------------------------------------------------------------------------------------------

  /** @param {string} prefix @param {Object<string, string>} labels */
  function prefixed(prefix, labels) {
    return Object.assign({}, ...Object.keys(labels).map((name) => ({ [prefix + name]: labels[name] })));
  }

  /** Words of ours, or of the doctrine, as they are published. Twin of `typeset` and `one_line`. @param {string} text */
  function fr(text) {
    const spaced = text
      .replace(/([\p{L}\p{N}_])'(?=[\p{L}\p{N}_])/gu, "$1’")
      .replace(/ (?=[?!;%€])/g, NARROW)
      .replace(/ (?=:(?:\s|$)|»)/g, WIDE)
      .replace(/« /g, "«" + WIDE)
      .replace(/(\p{Nd}) (?=\p{Nd}{3}(?!\p{Nd}))/gu, "$1" + NARROW)
      .replace(/(^|[^\p{L}\p{N}_])(n°|art\.|1er(?= [a-zéû]{3})) /gu, "$1$2" + WIDE);
    return oneLine(spaced);
  }

  /** @param {string} text */
  function oneLine(text) {
    return text.replace(/[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+/g, " ");
  }

  /** @param {string} date  `2024-03-28` */
  function frenchDate(date) {
    const [year, month, day] = date.split("-");
    return (day === "01" ? "1er" : String(Number(day))) + WIDE + MONTHS[Number(month) - 1] + " " + year;
  }

  /** @param {any} number */
  function frenchNumber(number) {
    return String(number).replace(/\B(?=(?:\d{3})+$)/g, NARROW);
  }

  /** @param {number} count @param {string} one */
  function plural(count, one) {
    return frenchNumber(count) + WIDE + one + (count < 2 ? "" : "s");
  }

  /** What an object holds itself: people choose keys, and "constructor" is one. @param {any} object @param {string} key @returns {any} */
  function own(object, key) {
    return Object.prototype.hasOwnProperty.call(object, key) ? object[key] : undefined;
  }

  /** An answer or a note by who gives it. @param {any} given @returns {Object<string, any>} */
  function byWhom(given) {
    if (given === undefined) return {};
    return typeof given === "object" && !Array.isArray(given) ? given : { [NO_ROLE]: given };
  }

  /** One or several, as a list. @param {any} value @returns {any[]} */
  function items(value) {
    return Array.isArray(value) ? value : [value];
  }

  // -- blocks ----------------------------------------------------------------------------------------------------------

  /** @param {string} label @param {string} text @param {boolean} [isNote] @returns {Line} */
  function line(label, text, isNote) {
    return { label, text, isNote: Boolean(isNote) };
  }

  /** The lines that say something. @param {string[][]} given  Labels and texts. */
  function lines(given) {
    return given.filter(([, text]) => text).map(([label, text]) => line(fr(label), text));
  }

  /** @param {string} text @param {Line[]} [own] @param {string} [state] @param {string} [mark] @returns {Item} */
  function item(text, own, state, mark) {
    return { text, lines: own || [], state: state || "", mark: mark || "" };
  }

  /** @param {string} kind @param {string} [text] @param {Item[]} [own] @param {string} [state] @param {string} [mark] @returns {Block} */
  function block(kind, text, own, state, mark) {
    return { kind, text: text || "", items: own || [], state: state || "", mark: mark || "" };
  }

  /** @param {string[][]} given  Labels and texts. */
  function facts(given) {
    return block("facts", "", given.map(([label, text]) => item(fr(label), [line("", text)])));
  }

  /**
   * What a dossier says under a doctrine. What people wrote is left as it is; all other words are typeset.
   *
   * @param {any} doctrine
   * @param {any} forest
   * @param {any} dossier
   * @returns {Block[]}
   */
  function blocks(doctrine, forest, dossier) {
    return new Teller(doctrine, forest, dossier).told();
  }

  /** What one dossier says, part after part. */
  class Teller {
    /** @param {any} doctrine @param {any} forest @param {any} dossier */
    constructor(doctrine, forest, dossier) {
      this.doctrine = doctrine;
      this.forest = forest;
      this.dossier = dossier;
      this.answers = dossier.answers || {};
      this.notes = dossier.notes || {};
      this.evidence = dossier.evidence || {};
      this.assessment = boussoleAssessment.assess(forest, this.answers);
      /** @type {any[]} */
      this.split = boussoleAssessment.disagreements(forest, this.answers);
      this.open = this.split.filter((one) => !one.settled);
      /** @type {Map<string, any>} */
      this.questions = new Map(doctrine.questions.map((/** @type {any} */ question) => [question.id, question]));
      /** @type {Map<string, any>} */
      this.scale = new Map(doctrine.scale.map((/** @type {any} */ level) => [level.id, level]));
    }

    /** @returns {Block[]} */
    told() {
      const { notice, name, version, fingerprint } = this.doctrine;
      return [
        ...this.head(),
        ...this.opinion(),
        ...this.decision(),
        ...this.findings(),
        ...this.reasons(),
        ...this.changes(),
        ...this.missing(),
        ...this.disagreements(),
        ...this.identity(),
        ...this.allAnswers(),
        ...this.aside(),
        ...this.versions(),
        ...this.variants(),
        block(
          "reopening",
          fr("Ce document porte ses données. Il se rouvre sur le site de la boussole, au terminal et avec la bibliothèque."),
        ),
        block("notice", fr(notice + " " + name + ", version " + version + ", empreinte " + fingerprint.slice(0, 12) + ".")),
      ];
    }

    /** @param {string} id */
    ask(id) {
      return fr(this.questions.get(id).ask);
    }

    /** @param {string} name */
    level(name) {
      const level = this.scale.get(name);
      return level ? level.label : name;
    }

    /** @param {string[]} names */
    levels(names) {
      return names.map((name) => this.level(name).toLowerCase()).join(", ");
    }

    /** @param {any} question @param {string} id */
    option(question, id) {
      return question.options.find((/** @type {any} */ option) => option.id === id);
    }

    /** @param {string} question @param {string[]} options */
    options(question, options) {
      const found = this.questions.get(question);
      return fr(options.map((id) => this.option(found, id).label).join(" ou "));
    }

    /** The state of some opinions, and the mark that says it without colour. @param {string[]} levels @returns {[string, string]} */
    state(levels) {
      if (levels.length !== 1) return ["open", OPEN];
      const rank = this.forest.levels.indexOf(levels[0]);
      return ["level-" + rank, this.doctrine.marks[Math.min(rank, this.doctrine.marks.length - 1)]];
    }

    head() {
      const { doctrine, dossier } = this;
      const named = dossier.doctrine;
      const found = [block("title", dossier.title)];
      if (dossier.kind === "example") found.push(block("warning", fr("Exemple inventé : ce dossier ne décrit aucun usage réel.")));
      if (named.version !== doctrine.version || (named.fingerprint && named.fingerprint !== doctrine.fingerprint)) {
        const other = named.version !== doctrine.version ? named.version : named.version + ", dans un autre état";
        found.push(block("warning", fr("Ce dossier a été rempli sous une autre version de la doctrine (" + other + ").")));
      }
      if (dossier.summary) found.push(block("lead", dossier.summary));
      return found;
    }

    opinion() {
      const { opinion, attainable } = this.assessment;
      if (!opinion) {
        const possible = fr("Avis encore possibles : " + this.levels(attainable) + ".");
        return [block("section", "Avis"), block("opinion", "À compléter", [], "open", OPEN), block("text", possible), ...this.disputed()];
      }
      const level = this.scale.get(opinion);
      const [state, mark] = this.state([opinion]);
      return [block("section", "Avis"), block("opinion", fr(level.label), [], state, mark), block("text", fr(level.meaning)), ...this.unanswered()];
    }

    /** What a settled opinion would hide. */
    unanswered() {
      const { possible } = this.assessment;
      const silent = possible.filter((/** @type {string} */ id) => own(this.answers, id) === undefined).length;
      const unknown = possible.filter((/** @type {string} */ id) => own(this.answers, id) !== undefined && !this.isAnswered(id)).length;
      const parts = silent ? [plural(silent, "question") + " sans réponse"] : [];
      if (unknown) parts.push(unknown + WIDE + "« Je ne sais pas »");
      const [verb, later] = silent + unknown > 1 ? ["elles ne changent", "compteront"] : ["elle ne change", "comptera"];
      const told = verb + " pas l’avis actuel, mais " + later + " s’il change.";
      return parts.length ? [block("text", fr(parts.join(" et ") + " : " + told))] : [];
    }

    /** How far disagreements keep the opinion open. */
    disputed() {
      const count = this.open.length;
      const weighing = this.open.filter((one) => one.matters).length;
      const which = weighing === count ? "qui" : "dont " + weighing;
      const told = plural(count, "désaccord") + ", " + which + (weighing === 1 ? " change" : " changent") + " l’avis.";
      return weighing ? [block("text", fr(told))] : [];
    }

    decision() {
      const { decision } = this.dossier;
      const { opinion } = this.assessment;
      const found = [block("section", "Décision")];
      if (!decision) {
        found.push(block("text", fr("Non renseignée. L’avis aide à examiner l’usage ; la décision appartient à la collectivité.")));
        return found;
      }
      const outcome = this.level(decision.outcome);
      if (!opinion && (decision.opinion || []).length !== 1) {
        found.push(block("warning", fr("La décision a été prise alors que l’avis reste à compléter.")));
      } else if (opinion && opinion !== decision.outcome) {
        const apart = "l’avis est « " + this.level(opinion) + " », la décision « " + outcome + " ».";
        found.push(block("warning", fr("La décision s’écarte de l’avis : " + apart)));
      }
      const because = decision.because || NOT_TOLD;
      const given = [["Décision", fr(outcome)], ["Prise par", decision.by], ["Le", frenchDate(decision.on)], ["Motif", because]];
      return found.concat(this.since(decision), facts(given));
    }

    /** What people who decided must know: the opinion is not what it was; a red line stays one. @param {any} decision */
    since(decision) {
      const { attainable, opinion } = this.assessment;
      const [was, worst] = [decision.opinion || [], this.forest.levels[this.forest.levels.length - 1]];
      const found = [];
      if (was.length && String(was.slice().sort()) !== String(attainable.slice().sort())) {
        const told = "l’avis était « " + this.opinionLabel(was) + " », il est maintenant « " + this.opinionLabel(attainable) + " ».";
        found.push(block("warning", fr("Depuis la décision, des réponses ou la doctrine ont changé : " + told + " Revoir la décision.")));
      }
      if (opinion === worst && decision.outcome !== worst) found.push(block("warning", fr("Une ligne rouge est franchie ; la décision ne la lève pas.")));
      return found;
    }

    /** @param {string[]} levels */
    opinionLabel(levels) {
      return levels.length === 1 ? this.level(levels[0]) : "À compléter (" + this.levels(levels) + ")";
    }

    findings() {
      const best = this.forest.levels[0];
      const weighing = new Set();
      for (const question of this.doctrine.questions) {
        if (question.options.some((/** @type {any} */ option) => option.effect !== best)) weighing.add(question.id.split(".")[0]);
      }
      const found = this.doctrine.sections.filter((/** @type {any} */ section) => weighing.has(section.id)).map((/** @type {any} */ section) => {
        const levels = this.assessment.findings[section.id];
        const label = levels.length === 1 ? this.levels(levels) : "à compléter";
        return item(fr(sectionName(section) + " : " + label), [], ...this.state(levels));
      });
      return [block("section", fr("Critère par critère")), block("compass"), block("findings", "", found)];
    }

    reasons() {
      const { reasons, opinion } = this.assessment;
      if (!reasons.length) return [];
      const found = reasons.map((/** @type {any} */ reason) => {
        const question = this.questions.get(reason.question);
        const option = this.option(question, reason.option);
        return item(fr(question.ask + " " + option.label + "."), lines([["", fr(option.because || "")], ["Que faire", fr(option.remedy || "")]]));
      });
      const level = this.level(this.option(this.questions.get(reasons[0].question), reasons[0].option).effect);
      return [block("section", opinion ? "Pourquoi" : fr("Ce qui empêche déjà mieux que « " + level + " »")), block("list", "", found)];
    }

    /** The answers to change for each better opinion, once for the opinions that ask for the same ones; a remedy once. */
    changes() {
      const { levels } = this.forest;
      const better = levels.slice(0, levels.indexOf(this.assessment.attainable[0])).reverse();
      /** @type {Map<string, {changes: any[], level: string}>} */
      const byChanges = new Map();
      for (const level of better) {
        const changes = boussoleAssessment.changes(this.forest, this.answers, level);
        byChanges.set(JSON.stringify(changes), { changes, level });
      }
      const known = new Set(this.assessment.reasons.map((/** @type {any} */ reason) => {
        return reason.question + "\n" + (this.option(this.questions.get(reason.question), reason.option).remedy || "");
      }));
      const found = byChanges.size ? [block("section", fr("Ce qui changerait l’avis"))] : [];
      /** @type {string[]} */
      let before = [];
      byChanges.forEach(({ changes, level }) => {
        const written = changes.map((change) => JSON.stringify(change));
        const isMore = before.length > 0 && before.every((one) => written.includes(one));
        found.push(block("part", fr("Pour permettre « " + this.level(level) + " », changer " + plural(changes.length, "réponse"))));
        if (isMore) found.push(block("text", fr((before.length === 1 ? "La réponse" : "Les réponses") + " ci-dessus, et aussi :")));
        const shown = changes.filter((_, rank) => !(isMore && before.includes(written[rank])));
        found.push(block("list", "", shown.map((change) => this.change(change, known))), ...this.unsettled(level));
        for (const change of changes) known.add(change.question + "\n" + this.remedy(change));
        before = written;
      });
      return found;
    }

    /** What could still lead to worse, once these answers are changed. @param {string} level */
    unsettled(level) {
      const ids = boussoleAssessment.unsettled(this.forest, this.answers, level);
      const ask = (/** @type {string} */ id) => this.questions.get(id).ask;
      const isDisputed = (/** @type {string} */ id) => this.open.some((one) => one.question === id);
      const silent = ids.filter((/** @type {string} */ id) => !this.isAnswered(id));
      const parts = ids.filter((/** @type {string} */ id) => this.isAnswered(id)).map((/** @type {string} */ id) => ask(id) + (isDisputed(id) ? " (désaccord)" : " (à revoir)"));
      if (silent.length > MOST_NAMED) parts.push(silent.length + " questions sans réponse");
      else parts.push(...silent.map((/** @type {string} */ id) => ask(id) + " (sans réponse)"));
      return parts.length ? [block("text", fr("Il faudra aussi régler : " + parts.join(" ; ") + "."))] : [];
    }

    /** @param {any} change @param {Set<string>} known */
    change(change, known) {
      const remedy = this.remedy(change);
      const said = [
        ["Réponse actuelle", this.options(change.question, change.options)],
        ["Réponse qui le permet", this.options(change.question, change.alternatives)],
      ];
      if (!known.has(change.question + "\n" + remedy)) said.push(["Que faire", fr(remedy)]);
      return item(this.ask(change.question), lines(said));
    }

    /** What to do about the worst of the answers held. @param {any} change @returns {string} */
    remedy(change) {
      const question = this.questions.get(change.question);
      const held = change.options.map((/** @type {string} */ id) => this.option(question, id));
      const rank = (/** @type {any} */ option) => this.forest.levels.indexOf(option.effect);
      return held.reduce((/** @type {any} */ worst, /** @type {any} */ option) => (rank(option) > rank(worst) ? option : worst)).remedy || "";
    }

    missing() {
      const { missing } = this.assessment;
      if (!missing.length) return [];
      const labels = new Map(this.doctrine.roles.map((/** @type {any} */ role) => [role.id, role.label]));
      const found = missing.map((/** @type {string} */ id) => {
        const roles = this.questions.get(id).roles.map((/** @type {string} */ role) => boussoleDossier.uncapitalized(labels.get(role))).join(", ");
        const said = [["À demander à", fr(roles)]];
        if (this.isAnswered(id)) said.push(["", fr("Les réponses données se contredisent.")]);
        return item(this.ask(id), lines(said));
      });
      const count = plural(missing.length, "question") + (missing.length > 1 ? ", les plus décisives d’abord." : ".");
      return [block("section", "Ce qui manque"), block("text", fr(count)), block("order", "", found)];
    }

    /** Whether somebody takes a position on a question. @param {string} id */
    isAnswered(id) {
      const given = byWhom(this.answers[id]);
      return Object.keys(given).some((key) => items(given[key]).some((option) => option !== "nsp"));
    }

    disagreements() {
      if (!this.split.length) return [];
      return [block("section", "Désaccords"), block("list", "", this.split.map((one) => this.disagreement(one)))];
    }

    /** @param {any} found */
    disagreement(found) {
      const question = this.questions.get(found.question);
      const said = this.positions(question);
      for (const option of found.matters && !found.settled ? Object.keys(found.attainable) : []) {
        const label = fr("Si « " + this.option(question, option).label + " » est retenu");
        said.push(line(label, fr(this.levels(found.attainable[option]))));
      }
      said.push(line("", fr(this.weight(found, question))));
      return item(this.ask(found.question), said, found.matters && !found.settled ? "open" : "");
    }

    /** Whether a disagreement matters, and why it does not. @param {any} found @param {any} question */
    weight(found, question) {
      if (found.settled) {
        const kept = "éponse retenue : « " + this.position(question, ACCORD, boussoleDossier.position(this.dossier, question.id, ACCORD)) + " ».";
        return found.matters ? "Il pesait sur l’avis ; r" + kept : "R" + kept;
      }
      return (found.contradicted ? CONTRADICTED + " " : "") + this.effect(found, question);
    }

    /** @param {any} found @param {any} question */
    effect(found, question) {
      if (found.matters) return "Ce désaccord change l’avis.";
      const options = Object.keys(found.attainable);
      const kept = found.attainable[options[0]];
      const cases = options.length === 2 ? "dans les deux cas" : "dans tous les cas";
      const told = "Pour l’instant, l’avis reste « " + (kept.length === 1 ? this.level(kept[0]) : "à compléter") + " » " + cases;
      return found.outweighed ? told + ", car d’autres réponses pèsent autant ou plus." + this.alone(options, question) : told + ".";
    }

    /** What the answers of a disagreement would lead to if nothing else weighed. @param {string[]} options @param {any} question */
    alone(options, question) {
      const weighing = options.map((id) => this.option(question, id)).filter((option) => option.effect !== this.forest.levels[0]);
      return weighing.map((option) => " À elle seule, la réponse « " + option.label + " » mène à « " + this.level(option.effect) + " ».").join("");
    }

    /** Who answers what, each with their notes; the outcome of the discussion comes last. @param {any} question @returns {Line[]} */
    positions(question) {
      const given = byWhom(own(this.answers, question.id));
      const noted = byWhom(own(this.notes, question.id));
      const every = Array.from(new Set(Object.keys(given).concat(Object.keys(noted))));
      const keys = every.filter((key) => key !== ACCORD).concat(every.filter((key) => key === ACCORD));
      /** @type {Line[]} */
      const said = [];
      for (const key of keys) {
        const answered = own(given, key);
        const notes = items(own(noted, key) || []);
        // Not a position: it must not look like the one above's.
        const isLoose = key === NO_ROLE && answered === undefined && keys.length > 1;
        if (!isLoose) {
          const who = keys.length === 1 && key === NO_ROLE ? "" : fr(boussoleDossier.contributor(this.doctrine, this.dossier, key));
          said.push(line(who, answered === undefined ? NO_ANSWER : this.position(question, key, answered)));
        }
        said.push(...notes.map((text) => line(isLoose ? fr("Note, sans rôle indiqué") : "Note", text, !isLoose)));
      }
      return said;
    }

    /** @param {any} question @param {string} who @param {any} given */
    position(question, who, given) {
      const labels = items(given).map((one) => {
        if (one === "nsp") return who === ACCORD ? "pas d’accord trouvé" : "Je ne sais pas";
        const option = this.option(question, one);
        return option ? option.label : (String(one).replace(/\./g, ",") + " " + (question.unit || "")).trim();
      });
      return fr(labels.join(" ou "));
    }

    /** What is known of the use; what is not is named too, in one line. */
    identity() {
      const { dossier } = this;
      const dates = dossier.dates || {};
      const notice = dossier.notice || {};
      const known = [["État de l’usage", fr(/** @type {any} */ (STATUS)[dossier.status])]];
      for (const name of ["authority", "service", "contact"]) {
        known.push([/** @type {any} */ (FIELDS)[name], name in dossier ? dossier[name] : NOT_TOLD]);
      }
      for (const [name, label] of Object.entries(DATES)) if (name in dates) known.push([label, frenchDate(dates[name])]);
      for (const [name, label] of Object.entries(NOTICE)) if (name in notice) known.push([label, noticed(name, notice[name])]);
      const missing = Object.entries(NOTICE).filter(([name]) => !(name in notice)).map(([, label]) => label);
      if (missing.length) known.push(["Non renseignés", fr(missing.join(" ; "))]);
      const measures = dossier.measures || {};
      const { indicators } = this.doctrine;
      const measured = Object.keys(measures).map((name) => item(fr(indicators[name] || name), measures[name].map((/** @type {any} */ measure) => {
        const target = measure.kind === "cible" ? fr(" : cible") : "";
        const people = measure.count === undefined ? "" : fr(" : " + plural(measure.count, "personne"));
        const group = measure.group ? fr(" : ") + measure.group : "";
        return line(frenchDate(measure.on) + target + group + people, String(measure.value).replace(".", ",") + " (" + measure.source + ")");
      })));
      const parts = { Conditions: (dossier.conditions || []).map(conditioned), Mesures: measured };
      const found = [block("section", "Le dossier"), facts(known)];
      for (const [title, listed] of Object.entries(parts)) if (listed.length) found.push(block("part", title), block("answers", "", listed));
      const history = (dossier.history || []).map((/** @type {any} */ one) => [frenchDate(one.on), one.what]);
      return history.length ? found.concat(block("part", "Histoire"), facts(history)) : found;
    }

    allAnswers() {
      const found = [block("section", fr("Toutes les réponses"))];
      for (const section of this.doctrine.sections) {
        const own = this.doctrine.questions.filter((/** @type {any} */ question) => question.id.split(".")[0] === section.id);
        found.push(block("part", fr(sectionName(section))), block("answers", "", own.map((/** @type {any} */ question) => this.answer(question))));
      }
      return found;
    }

    /** @param {any} question */
    answer(question) {
      const said = this.positions(question);
      if (!said.length) said.push(line("", this.assessment.possible.includes(question.id) ? NO_ANSWER : "Ne se pose pas"));
      said.push(...this.pieces(question.id));
      if (this.assessment.ignored.includes(question.id)) said.push(line("", fr("Gardé sans effet : la question ne se pose pas.")));
      return item(fr(question.ask), said, own(this.answers, question.id) === undefined ? "quiet" : "");
    }

    /** @param {string} id @returns {Line[]} */
    pieces(id) {
      return (own(this.evidence, id) || []).map((/** @type {string} */ text) => line(fr("Pièce"), text));
    }

    aside() {
      const aside = this.dossier.aside || {};
      if (!Object.keys(aside).length) return [];
      return [
        block("section", fr("Gardé sans effet")),
        block("text", fr("La doctrine ne connaît pas, ou plus, ces questions ou ces réponses.")),
        block("answers", "", Object.keys(aside).map((id) => this.kept(id, byWhom(aside[id])))),
      ];
    }

    /** @param {string} id @param {Object<string, any>} given */
    kept(id, given) {
      const who = (/** @type {string} */ key) => (key === NO_ROLE ? "" : key);
      const said = Object.keys(given).map((key) => line(who(key), this.value("", given[key])));
      if (this.questions.has(id)) return item(this.ask(id), said);
      const noted = byWhom(own(this.notes, id));
      for (const key of Object.keys(noted)) said.push(...items(noted[key]).map((text) => line(who(key), text, true)));
      return item(id, said.concat(this.pieces(id)));
    }

    /** The opinions under other versions beside today's, and the questions to read again. */
    versions() {
      const { doctrine, dossier } = this;
      const isCurrent = (/** @type {any} */ one) => one.version === doctrine.version && one.fingerprint === doctrine.fingerprint;
      const others = (dossier.opinions || []).filter((/** @type {any} */ one) => !isCurrent(one));
      const rows = others.map((/** @type {any} */ one) => this.row(one.version, one.fingerprint, frenchDate(one.on), one.attainable));
      rows.push(this.row(doctrine.version, doctrine.fingerprint, fr("celle de ce document"), this.assessment.attainable));
      const found = others.length ? [block("table", "Version", rows)] : [];
      const lists = [
        { title: "Réponses à relire : le sens de la question a changé", ids: boussoleDossier.outdated(doctrine, dossier) },
        { title: "Questions nouvelles depuis le dernier enregistrement", ids: boussoleDossier.unseen(doctrine, dossier) },
      ];
      for (const { title, ids } of lists) {
        const asked = ids.map((/** @type {string} */ id) => item(this.ask(id)));
        if (asked.length) found.push(block("part", fr(title)), block("list", "", asked));
      }
      return found.length ? [block("section", fr("D’une version de la doctrine à l’autre")), ...found] : [];
    }

    /** @param {string} version @param {string | undefined} fingerprint @param {string} when @param {string[]} attainable */
    row(version, fingerprint, when, attainable) {
      const opinion = fr(attainable.map((level) => this.level(level)).join(", "));
      return item(version, [line("Empreinte", fingerprint ? fingerprint.slice(0, 12) : NOT_TOLD), line("Date", when), line("Avis possibles", opinion)]);
    }

    /** @param {string} path @returns {string} */
    field(path) {
      const [part, key] = path.split(".");
      if (part === "contributors" && key) return "Nom de " + boussoleDossier.contributor(this.doctrine, this.dossier, key);
      return part === "measures" ? "Mesures" : own(FIELDS, path) || path;
    }

    /** Any value of a dossier, in words, by the name it is under. @param {string} name @param {any} value @returns {string} */
    value(name, value) {
      if (Array.isArray(value)) return value.map((one) => this.value(name, one)).join(", ");
      if (typeof value === "object" && value) {
        const told = Object.keys(value).map((key) => fr(Object.keys(WITHIN).includes(key) ? own(WITHIN, key) : key + " : ") + this.value(key, value[key]));
        return told.join(" ; ");
      }
      const text = String(value);
      if (name === "outcome" || name === "opinion") return fr(this.level(text));
      if (name === "fingerprint") return Array.from(text).slice(0, 12).join("");
      const isDay = (name === "on" || own(DATES, name)) && DAY.test(text);
      return isDay ? frenchDate(text) : own(own(VALUES, name) || {}, text) || text;
    }

    variants() {
      const variants = this.dossier.variants || {};
      const paths = Object.keys(variants);
      if (!paths.length) return [];
      return [
        block("section", fr("Autres valeurs données")),
        block("text", fr("Les dossiers réunis ici ne disaient pas la même chose ; la première valeur a été gardée.")),
        facts([].concat(...paths.map((path) => variants[path].map((/** @type {any} */ value) => [this.field(path), this.value(path.slice(path.lastIndexOf(".") + 1), value)])))),
      ];
    }
  }

  /** A condition: who has to meet it, when, and whether it is met. @param {any} condition */
  function conditioned(condition) {
    const said = [line("Responsable", condition.owner)];
    if (condition.due) said.push(line("Échéance", frenchDate(condition.due)));
    said.push(line("Remplie", fr(condition.done ? "Le " + frenchDate(condition.done) : "Pas encore")));
    return item(condition.what, said);
  }

  /** @param {any} section */
  function sectionName(section) {
    return section.number ? section.number + ". " + section.label : section.label;
  }

  /** @param {string} name @param {any} value */
  function noticed(name, value) {
    if (name === "decisions_per_year") return frenchNumber(value);
    return own(own(CHOICES, name) || {}, value) || value;
  }

  // -- HTML: the twin of templates/document.html -----------------------------------------------------------------------

  /**
   * The whole document, which needs nothing else, may load nothing, and opens again as a dossier.
   *
   * @param {any} doctrine
   * @param {any} forest
   * @param {any} dossier
   */
  function toHtml(doctrine, forest, dossier) {
    const teller = new Teller(doctrine, forest, dossier);
    const [head, ...chapters] = chaptersOf(teller.told());
    const foot = chapters[chapters.length - 1].splice(-2);
    const compass = drawCompass(teller);
    const drawn = (/** @type {Block[]} */ some) => some.map((one) => (one.kind === "compass" ? compass : draw(one))).join("");
    const link = (/** @type {Block[]} */ chapter, /** @type {number} */ rank) => tagged("li", "", '<a href="#partie-' + (rank + 1) + '">' + escape(chapter[0].text) + "</a>") + "\n";
    const part = (/** @type {Block[]} */ chapter, /** @type {number} */ rank) => {
      return '<section>\n<h2 id="partie-' + (rank + 1) + '">' + escape(chapter[0].text) + "</h2>\n" + drawn(chapter.slice(1)) + "</section>\n";
    };
    return [
      '<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n',
      '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; style-src \'' + doctrine.document.hash + "'\">\n",
      '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n',
      '<meta name="generator" content="boussole">\n',
      "<title>" + escape(oneLine(dossier.title) + " – " + fr(doctrine.name)) + "</title>\n",
      "<style>" + doctrine.document.style + "</style>\n</head>\n<body>\n",
      "<header>\n" + drawn(head) + '<nav aria-label="Sommaire">\n<ul>\n' + chapters.map(link).join("") + "</ul>\n</nav>\n</header>\n",
      "<main>\n" + chapters.map(part).join("") + "</main>\n<footer>\n" + drawn(foot) + "</footer>\n",
      '<script type="application/json" id="boussole-dossier">\n' + carried(boussoleDossier.inOrder(dossier)) + "\n</script>\n</body>\n</html>\n",
    ].join("");
  }

  /** The data of a dossier as a script element may hold it: nothing in it closes the element, or breaks a line elsewhere. @param {any} dossier */
  function carried(dossier) {
    return JSON.stringify(dossier, null, 2).replace(/[<\x85\u2028\u2029]/g, (found) => "\\u" + ("000" + found.charCodeAt(0).toString(16)).slice(-4));
  }

  /** The blocks before the first section, then those of each section with the section itself. @param {Block[]} told */
  function chaptersOf(told) {
    /** @type {Block[][]} */
    const chapters = [[]];
    for (const one of told) {
      if (one.kind === "section") chapters.push([]);
      chapters[chapters.length - 1].push(one);
    }
    return chapters;
  }

  /** @param {string} text */
  function escape(text) {
    const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };
    return text.replace(/[&<>"']/g, (found) => /** @type {any} */ (entities)[found]);
  }

  /** @param {string} tag @param {string} name  A class, or nothing. @param {string} content  HTML. */
  function tagged(tag, name, content) {
    return "<" + tag + (name ? ' class="' + name + '"' : "") + ">" + content + "</" + tag + ">";
  }

  /** @param {Line} one */
  function lineHtml(one) {
    return one.label ? "<b>" + escape(one.label) + "&nbsp;:</b> <bdi>" + escape(one.text) + "</bdi>" : escape(one.text);
  }

  /** @param {Block | Item} one */
  function marked(one) {
    return (one.mark ? '<b class="mark" aria-hidden="true">' + escape(one.mark) + "</b> " : "") + escape(one.text);
  }

  /** @param {Block} one */
  function draw(one) {
    const noted = (/** @type {string} */ tag, /** @type {Line[]} */ own) => own.map((each) => tagged(tag, each.isNote ? "note" : "", lineHtml(each))).join("");
    const each = (/** @type {(item: Item) => string} */ html) => "\n" + one.items.map((own) => html(own) + "\n").join("");
    switch (one.kind) {
      case "title":
        return tagged("h1", "", escape(one.text)) + "\n";
      case "part":
        return tagged("h3", "", escape(one.text)) + "\n";
      case "opinion":
        return tagged("p", "opinion " + one.state, marked(one)) + "\n";
      case "findings":
        return tagged("ul", "findings", each((own) => tagged("li", own.state, marked(own)))) + "\n";
      case "list":
      case "order":
        return tagged(one.kind === "order" ? "ol" : "ul", "list", each((own) => tagged("li", own.state, tagged("p", "", escape(own.text)) + noted("p", own.lines)))) + "\n";
      case "facts":
      case "answers":
        return tagged("dl", one.kind, each((own) => tagged("div", own.state, tagged("dt", "", escape(own.text)) + noted("dd", own.lines)))) + "\n";
      case "table":
        return drawTable(one);
      default:
        return tagged("p", one.kind === "text" ? "" : one.kind, escape(one.text)) + "\n";
    }
  }

  /** @param {Block} one */
  function drawTable(one) {
    const titles = [one.text].concat(one.items[0].lines.map((own) => own.label)).map((text) => '<th scope="col">' + escape(text) + "</th>");
    const rows = one.items.map((own) => {
      const cells = own.lines.map((cell) => "<td>" + escape(cell.text) + "</td>").join("");
      return '<tr><th scope="row">' + escape(own.text) + "</th>" + cells + "</tr>\n";
    });
    return "<table>\n<thead><tr>" + titles.join("") + "</tr></thead>\n<tbody>\n" + rows.join("") + "</tbody>\n</table>\n";
  }

  /** The compass, each branch in the state of its criterion: the twin of templates/compass.html. @param {Teller} teller */
  function drawCompass(teller) {
    const sections = new Map(teller.doctrine.sections.map((/** @type {any} */ section) => [section.id, section]));
    const branches = teller.doctrine.compass.map((/** @type {any} */ shape) => {
      const levels = teller.assessment.findings[shape.section];
      const [state, mark] = teller.state(levels);
      return { shape, section: sections.get(shape.section), state, mark, told: levels.length === 1 ? teller.levels(levels) : "à compléter" };
    });
    const label = branches.map((/** @type {any} */ branch, /** @type {number} */ rank) => {
      return escape(fr(rank ? " ; " : " : ") + branch.section.number + ". " + fr(branch.section.label) + fr(", " + branch.told));
    });
    const states = Array.from(new Set(branches.map((/** @type {any} */ branch) => branch.state)));
    const halves = states.map((state) => ["left", "right"].map((side) => {
      const drawn = branches.filter((/** @type {any} */ branch) => branch.state === state).map((/** @type {any} */ branch) => branch.shape[side]);
      return '<path class="boussole-' + side + " boussole-" + state + '" d="' + drawn.join("") + '"></path>\n';
    }).join(""));
    const texts = branches.map((/** @type {any} */ { shape, section, mark }) => {
      const number = '<text x="' + shape.number[0] + '" y="' + shape.number[1] + '">' + section.number + "</text>\n";
      return number + '<text class="boussole-mark" x="' + shape.mark[0] + '" y="' + shape.mark[1] + '">' + mark + "</text>\n";
    });
    return [
      '<figure class="boussole-compass">\n<svg viewBox="-108 -108 216 216" width="324" height="324" role="img" aria-label="',
      escape(fr("La boussole : ce que chaque critère a obtenu")) + label.join("") + '.">\n<circle class="boussole-ring" r="84"></circle>\n',
      halves.join("") + texts.join("") + '<circle class="boussole-hub" r="7"></circle>\n</svg>\n</figure>\n',
    ].join("");
  }

  /** @param {any} doctrine @param {any} forest @param {any} dossier */
  function compass(doctrine, forest, dossier) {
    return drawCompass(new Teller(doctrine, forest, dossier));
  }

  return { blocks, toHtml, compass, html: draw };
})();

// In Node, where both sides are compared.
if (typeof module === "object" && module.exports) module.exports = boussoleDocument;
