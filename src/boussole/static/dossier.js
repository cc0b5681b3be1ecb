// @ts-check
/**
 * One dossier: who answered what. Twin of `dossier.py`.
 *
 * A dossier is plain data, as files hold it. Names come from files: parts kept by name have no prototype.
 *
 * @typedef {any} Dossier
 * @typedef {any} Doctrine  `boussoleDoctrine`, see `outputs/data.py`.
 * @typedef {Object<string, any>} Part  By question, or by who says it.
 */
"use strict";

// `var` makes a property of `window`, and can be met twice on a page without an error.
// eslint-disable-next-line no-var
var boussoleDossier = (function () {
  const FORMAT = 1;
  const NSP = "nsp";
  const ACCORD = "accord";
  const NO_ROLE = "sans-role";
  const UNSEEN = "00000000"; // the fingerprint of no question: an answer that came from elsewhere
  const LONGEST_KEY = 80;
  const MOST_TOLD = 20;
  const SCALARS = ["id", "title", "kind", "summary", "authority", "service", "contact", "status", "doctrine", "decision"];
  const GROUPS = ["dates", "notice"];
  const PARTS = ["contributors", "answers", "notes", "evidence", "measures", "conditions", "history", "opinions", "aside", "variants", "seen"];
  // The order of the fields in files.
  const ORDER = SCALARS.slice(0, 8).concat(GROUPS, "doctrine", "decision", PARTS);
  const DATES = ["opened", "started", "updated", "next_review", "ended"];
  const NOTICE = ["context", "purpose", "place_in_decision", "automation", "legal_basis", "resources", "decisions_per_year", "scope",
    "public", "data", "data_source", "collection", "algorithm", "operations", "supplier", "model", "oversight", "appeal", "withheld"];
  /** @type {Object<string, string[]>} */
  const WITHIN = { dates: DATES, notice: NOTICE, decision: ["outcome", "by", "on", "because", "opinion"] };

  // -- words -----------------------------------------------------------------------------------------------------------

  // What a terminal, a page or a reader would obey; files refuse it.
  const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
  const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(^|[^\ud800-\udbff])[\udc00-\udfff]/g;

  /** Text as people typed it, without the characters that command rather than say. @param {any} text */
  function clean(text) {
    let found = String(text).replace(/\r\n/g, "\n").replace(OBEYED, "");
    // Two lone halves side by side need two passes.
    for (let before = ""; before !== found; ) {
      before = found;
      found = found.replace(LONE, "$1");
    }
    return found;
  }

  /** The letters and digits of a text, without accents, joined by hyphens. @param {string} text */
  function slug(text) {
    const bare = text.normalize("NFD").toLowerCase().replace(/[\u0300-\u036f]/g, "");
    return bare.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, LONGEST_KEY).replace(/-+$/, "");
  }

  /** Texts in the order of their code points, as Python sorts them. @param {string[]} texts */
  function sorted(texts) {
    return texts.slice().sort(compare);
  }

  /** @param {string} one @param {string} other */
  function compare(one, other) {
    const left = Array.from(one);
    const right = Array.from(other);
    const place = left.findIndex((letter, rank) => letter !== right[rank]);
    if (place < 0) return left.length - right.length;
    return place < right.length ? /** @type {number} */ (left[place].codePointAt(0)) - /** @type {number} */ (right[place].codePointAt(0)) : 1;
  }

  /** A value as one text, whatever the order of its keys. @param {any} value @returns {string} */
  function told(value) {
    if (!isBlock(value)) return Array.isArray(value) ? "[" + value.map(told).join(", ") + "]" : JSON.stringify(value);
    return "{" + sorted(Object.keys(value)).map((key) => JSON.stringify(key) + ": " + told(value[key])).join(", ") + "}";
  }

  /** A number written out, as a file gives it back. @param {any} value @returns {any} */
  function asText(value) {
    if (Array.isArray(value)) return value.map(asText);
    if (isBlock(value)) return mapped(value, asText);
    return typeof value === "number" ? numberText(value) : value;
  }

  /** @param {number} number */
  function numberText(number) {
    const text = String(number);
    const [digits, power] = text.split("e");
    if (power === undefined) return text;
    const [whole, decimals = ""] = digits.replace("-", "").split(".");
    const sign = number < 0 ? "-" : "";
    if (Number(power) < 0) return sign + "0." + "0".repeat(-Number(power) - 1) + whole + decimals;
    return sign + whole + decimals + "0".repeat(Number(power) - decimals.length);
  }

  // -- parts -----------------------------------------------------------------------------------------------------------

  /** @param {any} value @returns {value is Part} */
  function isBlock(value) {
    return typeof value === "object" && value !== null && !Array.isArray(value);
  }

  /** @returns {Part} */
  function part() {
    return Object.create(null);
  }

  /** @param {Part} block @param {(value: any, key: string) => any} change */
  function mapped(block, change) {
    const found = part();
    for (const key of Object.keys(block)) found[key] = change(block[key], key);
    return found;
  }

  /** @param {any} block @param {string} key */
  function own(block, key) {
    return isBlock(block) && Object.prototype.hasOwnProperty.call(block, key) ? block[key] : undefined;
  }

  /** One or several, as a list. @param {any} value @returns {any[]} */
  function items(value) {
    return Array.isArray(value) ? value : [value];
  }

  /** Several as they are, one as itself. @param {any[]} values */
  function alone(values) {
    return values.length === 1 ? values[0] : values;
  }

  /** An answer or a note by who gives it. @param {any} answer @returns {Part} */
  function byWhom(answer) {
    return isBlock(answer) ? answer : Object.assign(part(), { [NO_ROLE]: answer });
  }

  /** The shortest writing of what several people give. @param {Part} given */
  function plain(given) {
    const who = Object.keys(given);
    return who.length === 1 && who[0] === NO_ROLE ? given[NO_ROLE] : given;
  }

  /** @param {any} value */
  function isEmpty(value) {
    return value === undefined || value === null || (typeof value === "object" && !Object.keys(value).length);
  }

  /** Those of these fields that a block has, in their order. @param {any} block @param {string[]} names @returns {any} */
  function picked(block, names) {
    return Object.fromEntries(names.filter((name) => !isEmpty(own(block, name))).map((name) => [name, block[name]]));
  }

  /** The same, its fields in the order of files, without those that are empty. @param {Dossier} dossier @returns {Dossier} */
  function inOrder(dossier) {
    /** @type {Dossier} */
    const found = {};
    for (const name of ORDER) if (!isEmpty(dossier[name])) found[name] = WITHIN[name] ? picked(dossier[name], WITHIN[name]) : dossier[name];
    return found;
  }

  // -- what it says ----------------------------------------------------------------------------------------------------

  /** What an evaluator compiles, from the doctrine as pages carry it. @param {Doctrine} doctrine */
  function rules(doctrine) {
    const scale = doctrine.scale.map((/** @type {any} */ level) => level.id);
    const questions = doctrine.questions.map((/** @type {any} */ question) => {
      return Object.assign({ section: question.id.slice(0, question.id.indexOf(".")) }, question);
    });
    return { scale, questions };
  }

  /** What someone answers to a question; null when they do not. @param {Dossier} dossier @param {string} question @param {string} key */
  function position(dossier, question, key) {
    const found = own(byWhom(own(dossier.answers, question)), key);
    return found === undefined ? null : found;
  }

  /** What someone notes on a question; several notes one a line. @param {Dossier} dossier @param {string} question @param {string} key */
  function note(dossier, question, key) {
    const found = own(byWhom(own(dossier.notes, question)), key);
    return found === undefined ? "" : items(found).join("\n");
  }

  /** Who wrote a note on a question, by key. @param {Dossier} dossier @param {string} question @returns {string[]} */
  function annotators(dossier, question) {
    const written = own(dossier.notes, question);
    return written === undefined ? [] : Object.keys(byWhom(written));
  }

  /** The answered questions whose meaning has changed since they were seen. @param {Doctrine} doctrine @param {Dossier} dossier */
  function outdated(doctrine, dossier) {
    const current = new Map(doctrine.questions.map((/** @type {any} */ question) => [question.id, question.seen]));
    return Object.keys(dossier.seen || {}).filter((id) => {
      const digits = current.get(id);
      return digits && own(dossier.answers, id) !== undefined && !items(dossier.seen[id]).every((seen) => same(seen, digits));
    });
  }

  /** Two beginnings of one fingerprint. @param {string} one @param {string} other */
  function same(one, other) {
    const length = Math.min(one.length, other.length);
    return one.slice(0, length) === other.slice(0, length);
  }

  /** The questions that did not exist when the dossier was last saved, under another doctrine. @param {Doctrine} doctrine @param {Dossier} dossier */
  function unseen(doctrine, dossier) {
    const sawAny = Object.values(dossier.seen || {}).some((seen) => seen !== UNSEEN);
    if (!sawAny || dossier.doctrine.fingerprint === doctrine.fingerprint) return [];
    return doctrine.questions.map((/** @type {any} */ question) => question.id).filter((/** @type {string} */ id) => own(dossier.seen, id) === undefined);
  }

  /** What to call who answers. @param {Doctrine} doctrine @param {Dossier} dossier @param {string} key */
  function contributor(doctrine, dossier, key) {
    if (key === ACCORD) return "Résultat de la discussion";
    if (key === NO_ROLE) return "Sans rôle indiqué";
    const known = own(dossier.contributors, key) || { role: key };
    const role = doctrine.roles.find((/** @type {any} */ candidate) => candidate.id === known.role);
    const label = role ? role.label : known.role;
    return known.label ? label + " (" + known.label + ")" : label;
  }

  /** A role inside a sentence; acronyms stay. @param {string} label */
  function uncapitalized(label) {
    const second = label.charAt(1);
    return second !== second.toLowerCase() ? label : label.charAt(0).toLowerCase() + label.slice(1);
  }

  // -- what people do of it --------------------------------------------------------------------------------------------

  /** @param {Doctrine} doctrine @param {string} id @param {string} title @returns {Dossier} */
  function create(doctrine, id, title) {
    const named = { id: doctrine.id, version: doctrine.version, fingerprint: doctrine.fingerprint };
    return { id, title: clean(title).trim(), kind: "real", status: "etude", doctrine: named };
  }

  /** The key of someone's answers, declared when a label tells them from others: another label is someone else. @param {Dossier} dossier @param {string} role @param {string} [label] */
  function introduce(dossier, role, label) {
    const said = clean(label || "").trim();
    if (!said) return role;
    const people = (dossier.contributors = dossier.contributors || part());
    const known = Object.keys(people).find((key) => people[key].role === role && people[key].label === said);
    if (known !== undefined) return known;
    const suffix = slug(said);
    const first = suffix ? (role + "-" + suffix).slice(0, LONGEST_KEY).replace(/-+$/, "") : role;
    let key = first;
    for (let rank = 2; key === role || own(people, key) !== undefined; rank += 1) {
      key = first.slice(0, LONGEST_KEY - ("-" + rank).length).replace(/-+$/, "") + "-" + rank;
    }
    people[key] = { role, label: said };
    return key;
  }

  /**
   * Someone answers a question; null takes the answer back.
   *
   * @param {Doctrine} doctrine
   * @param {Dossier} dossier
   * @param {string} question
   * @param {string} key
   * @param {any} given
   */
  function answer(doctrine, dossier, question, key, given) {
    set(dossier, "answers", question, key, given === null ? null : asText(given));
    const found = doctrine.questions.find((/** @type {any} */ candidate) => candidate.id === question);
    dossier.seen = Object.assign(part(), dossier.seen, { [question]: found.seen });
  }

  /** Someone's note on a question; an empty one is taken back. @param {Dossier} dossier @param {string} question @param {string} key @param {string} text */
  function annotate(dossier, question, key, text) {
    set(dossier, "notes", question, key, clean(text).trim() || null);
  }

  /** The evidence of a question. @param {Dossier} dossier @param {string} question @param {string[]} references */
  function attach(dossier, question, references) {
    const kept = references.map((text) => clean(text).trim()).filter(Boolean);
    dossier.evidence = Object.assign(part(), dossier.evidence);
    delete dossier.evidence[question];
    if (kept.length) dossier.evidence[question] = kept;
  }

  /** @param {Dossier} dossier @param {string} name @param {string} question @param {string} key @param {any} value */
  function set(dossier, name, question, key, value) {
    const all = Object.assign(part(), dossier[name]);
    const said = Object.assign(part(), all[question] === undefined ? {} : byWhom(all[question]));
    delete said[key];
    if (value !== null) said[key] = value;
    if (isEmpty(said)) delete all[question];
    else all[question] = plain(said);
    dossier[name] = all;
  }

  /**
   * The dossier as it is saved: under this doctrine, with the opinion of the day beside those of other versions. What was
   * answered keeps the fingerprint it was answered under, so that a change of meaning is told.
   *
   * @param {Doctrine} doctrine
   * @param {any} forest
   * @param {Dossier} dossier
   * @param {string} today  As in `2026-11-24`.
   */
  function stamp(doctrine, forest, dossier, today) {
    const { id, version, fingerprint } = doctrine;
    const named = dossier.doctrine;
    const wasCurrent = named.version === version && [undefined, fingerprint].includes(named.fingerprint);
    const seen = Object.assign(part(), dossier.seen);
    for (const question of doctrine.questions) {
      const isAnswered = own(dossier.answers, question.id) !== undefined;
      if (!isAnswered || (seen[question.id] === undefined && wasCurrent)) seen[question.id] = question.seen;
      if (seen[question.id] === undefined) seen[question.id] = UNSEEN;
    }
    const isCurrent = (/** @type {any} */ opinion) => opinion.version === version && opinion.fingerprint === fingerprint;
    const others = (dossier.opinions || []).filter((/** @type {any} */ opinion) => !isCurrent(opinion));
    const { attainable } = boussoleAssessment.assess(forest, dossier.answers || {});
    dossier.doctrine = { id, version, fingerprint };
    dossier.seen = seen;
    dossier.opinions = others.concat({ version, fingerprint, attainable, on: today });
  }

  // -- from files ------------------------------------------------------------------------------------------------------

  /** @typedef {{faults: string[]}} Reading */
  /** @typedef {(value: any, path: string, reading: Reading) => any} Reader  Undefined when the value is not what is expected. */

  /** @param {RegExp} shape @param {string} expected @returns {Reader} */
  function matching(shape, expected) {
    return (value, path, reading) => {
      const text = ["string", "number"].includes(typeof value) ? clean(asText(value)) : "";
      if (text.trim() && shape.test(text)) return text;
      return refuse(value, path, expected, reading);
    };
  }

  /** @param {any} value @param {string} path @param {string} expected @param {Reading} reading */
  function refuse(value, path, expected, reading) {
    const text = clean(typeof value === "object" ? JSON.stringify(value) : value);
    const shown = text.length > 60 ? text.slice(0, 59) + "…" : text;
    reading.faults.push("« " + (path || "dossier") + " »\u00a0: «\u00a0" + shown + "\u00a0», alors qu’il faut " + expected + ".");
    return undefined;
  }

  /** @param {string[]} names @returns {Reader} */
  function oneOf(names) {
    return (value, path, reading) => (names.includes(value) ? value : refuse(value, path, names.join(", "), reading));
  }

  /** @param {Reader} reader @returns {Reader} */
  function listOf(reader) {
    return (value, path, reading) => {
      if (!Array.isArray(value)) return refuse(value, path, "une liste", reading);
      return value.map((item, rank) => reader(item, path + " " + (rank + 1), reading));
    };
  }

  /** @param {Reader} reader @returns {Reader} */
  function blockOf(reader) {
    return (value, path, reading) => {
      if (!isBlock(value)) return refuse(value, path, "un bloc", reading);
      return named(value, path, reading, reader);
    };
  }

  /** What a block holds by name. A name is shown and looked up, so it is refused rather than cleaned. @param {Part} block @param {string} path @param {Reading} reading @param {Reader} reader */
  function named(block, path, reading, reader) {
    return mapped(block, (item, key) => {
      if (!key.trim() || clean(key) !== key) return refuse(key, path, "un nom sans caractère invisible", reading);
      return reader(item, within(path, key), reading);
    });
  }

  /** One, or at least one in a list. @param {Reader} reader @returns {Reader} */
  function severalOf(reader) {
    return (value, path, reading) => (Array.isArray(value) && value.length ? value.map((item) => reader(item, path, reading)) : reader(value, path, reading));
  }

  /** A block of known fields; those whose name ends with a star must be there. @param {Object<string, Reader>} fields @returns {Reader} */
  function fieldsOf(fields) {
    const readers = new Map(Object.keys(fields).map((name) => [name.replace("*", ""), fields[name]]));
    const needed = Object.keys(fields).filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
    return (value, path, reading) => {
      if (!isBlock(value)) return refuse(value, path, "un bloc", reading);
      /** @type {Part} */
      const found = {};
      for (const name of needed.filter((missing) => [undefined, null].includes(own(value, missing)))) reading.faults.push("« " + within(path, name) + " » manque.");
      for (const name of Object.keys(value)) {
        const reader = readers.get(name);
        if (!reader) reading.faults.push("« " + within(path, name) + " » n’est pas connu.");
        else if (value[name] !== null) found[name] = reader(value[name], within(path, name), reading);
      }
      return picked(found, Array.from(readers.keys()));
    };
  }

  /** @param {string} path @param {string} name */
  function within(path, name) {
    return path ? path + " › " + name : name;
  }

  const text = matching(/^/, "un texte");
  const slugged = matching(/^(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*$/, "des minuscules sans accent, des chiffres et des traits d’union");
  const fingerprint = matching(/^[0-9a-f]{64}$/, "une empreinte : 64 chiffres ou lettres de a à f");
  const version = matching(/^[a-z0-9]+([.-][a-z0-9]+)*$/, "une version, par exemple 2024.1");
  const digits = matching(/^[0-9a-f]{6,64}$/, "le début d’une empreinte");

  /** @type {Reader} */
  function day(value, path, reading) {
    const isDay = /^(?!0000)\d{4}-\d{2}-\d{2}$/.test(value) && !isNaN(Date.parse(value)) && new Date(value).toISOString().slice(0, 10) === value;
    return isDay ? value : refuse(value, path, "une date qui existe, écrite AAAA-MM-JJ", reading);
  }

  /** @type {Reader} */
  function number(value, path, reading) {
    const found = typeof value === "string" ? Number(value.trim().replace(",", ".") || NaN) : value;
    if (typeof found !== "number" || !(Math.abs(found) < 1e15)) return refuse(value, path, "un nombre", reading);
    // What some would write with an exponent is a text, see `dossier.py`.
    return found && Math.abs(found) < 1e-4 ? numberText(found) : found;
  }

  const whole = matching(/^\d{1,15}$/, "un nombre entier");
  const said = severalOf(text);

  /** @type {Reader} */
  function count(value, path, reading) {
    const found = whole(value, path, reading);
    return found === undefined ? found : Number(found);
  }

  /** @type {Reader} */
  function saidByWhom(value, path, reading) {
    return isBlock(value) && !isEmpty(value) ? named(value, path, reading, said) : said(value, path, reading);
  }

  /** Whatever it holds, as texts. @type {Reader} */
  function anything(value, path, reading) {
    if (Array.isArray(value)) return value.map((item) => anything(item, path, reading));
    return isBlock(value) ? named(value, path, reading, anything) : clean(asText(value));
  }

  /** Who answers: a key that means nothing else, or this very role. @param {Doctrine} doctrine @returns {Reader} */
  function people(doctrine) {
    const roles = doctrine.roles.map((/** @type {any} */ role) => role.id);
    const known = blockOf(fieldsOf({ "role*": slugged, label: text }));
    return (value, path, reading) => {
      const found = known(value, path, reading);
      for (const key of Object.keys(found || {})) {
        const isTaken = key === ACCORD || key === NO_ROLE || (roles.includes(key) && own(found[key], "role") !== key);
        if (isTaken || slugged(key, path, reading) === undefined) refuse(key, path, "une clé qui n’est pas un rôle", reading);
      }
      return found;
    };
  }

  /** @param {Doctrine} doctrine */
  function dossierReader(doctrine) {
    return fieldsOf({
      "id*": slugged,
      "title*": text,
      "kind*": oneOf(["real", "example"]),
      summary: text,
      authority: text,
      service: text,
      contact: text,
      "status*": oneOf(["etude", "experimentation", "service", "refuse", "abandonne", "arrete"]),
      dates: fieldsOf(Object.fromEntries(DATES.map((name) => [name, day]))),
      notice: fieldsOf(Object.assign(Object.fromEntries(NOTICE.map((name) => [name, text])), {
        automation: oneOf(["entiere", "aide"]),
        scope: oneOf(["externe", "interne"]),
        algorithm: oneOf(["regles", "apprentissage"]),
        decisions_per_year: count,
      })),
      "doctrine*": fieldsOf({ "id*": oneOf([doctrine.id]), "version*": text, fingerprint }),
      decision: fieldsOf({ "outcome*": slugged, "by*": text, "on*": day, because: text, opinion: listOf(slugged) }),
      contributors: people(doctrine),
      answers: blockOf(saidByWhom),
      notes: blockOf(saidByWhom),
      evidence: blockOf(listOf(text)),
      measures: blockOf(listOf(fieldsOf({ "on*": day, "value*": number, "source*": text, kind: oneOf(["mesure", "cible"]), group: text, count }))),
      conditions: listOf(fieldsOf({ "what*": text, "owner*": text, due: day, done: day })),
      history: listOf(fieldsOf({ "on*": day, "what*": text })),
      opinions: listOf(fieldsOf({ "version*": version, fingerprint, "attainable*": listOf(slugged), "on*": day })),
      aside: blockOf(anything),
      variants: blockOf((value, path, reading) => items(anything(value, path, reading))),
      seen: blockOf(severalOf(digits)),
    });
  }

  /**
   * Any data as a dossier of this doctrine: what is wrong in it, in French; and the questions where something was put aside, since
   * the doctrine does not know it any more.
   *
   * @param {Doctrine} doctrine
   * @param {any} data
   * @returns {{dossier: Dossier, faults: string[], aside: string[]}}
   */
  function check(doctrine, data) {
    const other = own(own(data, "doctrine"), "id");
    if (typeof other === "string" && other !== doctrine.id) {
      const told = "Ce dossier a été rempli pour une autre doctrine, «\u00a0" + clean(other).slice(0, 60) + "\u00a0». Il s’ouvre sur le site de celle-ci.";
      return { dossier: null, faults: [told], aside: [] };
    }
    /** @type {Reading} */
    const reading = { faults: [] };
    const dossier = dossierReader(doctrine)(data, "", reading);
    const untold = reading.faults.splice(MOST_TOLD).length;
    if (untold) reading.faults.push("Et " + untold + " autres erreurs.");
    if (reading.faults.length) return { dossier: null, faults: reading.faults, aside: [] };
    const aside = putAside(doctrine, dossier);
    return { dossier: inOrder(dossier), faults: [], aside };
  }

  /** Keep without effect what the doctrine does not know: questions, options, people, levels, indicators. @param {Doctrine} doctrine @param {Dossier} dossier */
  function putAside(doctrine, dossier) {
    const before = new Set(Object.keys(dossier.aside || {}));
    const aside = Object.assign(part(), dossier.aside);
    const answers = part();
    const forest = boussoleAssessment.compile(rules(doctrine));
    const people = new Set([ACCORD, NO_ROLE].concat(doctrine.roles.map((/** @type {any} */ role) => role.id), Object.keys(dossier.contributors || {})));
    for (const id of Object.keys(dossier.answers || {})) {
      const given = byWhom(dossier.answers[id]);
      const [known, unknown] = [part(), part()];
      for (const who of Object.keys(given)) {
        const isKnown = people.has(who) && !boussoleAssessment.assess(forest, { [id]: given[who] }).unknown.length;
        (isKnown ? known : unknown)[who] = given[who];
      }
      if (!isEmpty(known)) answers[id] = plain(known);
      if (!isEmpty(unknown)) aside[id] = plain(Object.assign(part(), own(aside, id) === undefined ? {} : byWhom(aside[id]), unknown));
    }
    const questions = new Set(doctrine.questions.map((/** @type {any} */ question) => question.id));
    for (const id of Object.keys(dossier.notes || {}).concat(Object.keys(dossier.evidence || {}))) {
      if (!questions.has(id) && aside[id] === undefined) aside[id] = part();
    }
    const measured = part();
    for (const name of Object.keys(dossier.measures || {})) {
      if (Object.keys(doctrine.indicators).includes(name)) measured[name] = dossier.measures[name];
      else dossier.variants = Object.assign(part(), dossier.variants, { ["measures." + name]: asText(dossier.measures[name]) });
    }
    if (dossier.decision && !doctrine.scale.some((/** @type {any} */ level) => level.id === dossier.decision.outcome)) {
      dossier.variants = Object.assign(part(), dossier.variants);
      dossier.variants.decision = (dossier.variants.decision || []).concat(asText(dossier.decision));
      delete dossier.decision;
    }
    dossier.answers = answers;
    dossier.aside = aside;
    dossier.measures = measured;
    return Object.keys(aside).filter((id) => !before.has(id) || own(dossier.answers, id) !== undefined);
  }

  return {
    FORMAT, ACCORD, NO_ROLE, clean, slug, rules, position, note, annotators, outdated, unseen, contributor, uncapitalized, create, introduce, answer, annotate,
    attach, stamp, check, inOrder,
    // What `merging.js` is made of.
    parts: { NSP, SCALARS, GROUPS, part, own, isBlock, items, alone, byWhom, plain, sorted, compare, told, asText },
  };
})();

// In Node, where both sides are compared.
if (typeof module === "object" && module.exports) module.exports = boussoleDossier;
