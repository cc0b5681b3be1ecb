// @ts-check
/**
 * The page that fills a diagnosis of dependency: its result is live, its answers stay in this browser, nothing is sent.
 *
 * The markup carries the questionnaire (`data-question`, `data-weight`, `data-points`): there is no second copy of it. What is
 * handed over as a file is what `diagnosis.py` reads.
 *
 * @typedef {{id: string, title: string, kind: string, family: string, reviews: {on: string, spending?: number, answers: Object<string, any>}[]}} Diagnosis
 */
"use strict";

(function () {
  const form = /** @type {HTMLElement} */ (document.getElementById("diagnostic"));
  const { all, byId, download, fr, make, plural, tell } = boussoleShowing;
  const KEY = "boussole:1:dependance";
  const NSP = "nsp";
  const MOST = Number(form.dataset.most);
  const questions = all(form, "[data-question]").map(read);
  const bands = all(form, "[data-band]").map((node) => ({ max: Number(node.dataset.max), label: node.dataset.band }));
  const fed = all(form, "[data-fed]").map((node) => ({ max: Number(node.dataset.max), label: node.dataset.fed }));
  const families = Array.from(byId("famille").options, (/** @type {HTMLOptionElement} */ option) => option.value);
  /** @type {Diagnosis} */
  let diagnosis = blank();
  let isKept = true;

  /** @param {HTMLElement} node */
  function read(node) {
    const inputs = all(node, "input[type=radio]");
    const offered = inputs.filter((input) => input.value !== NSP).map((input) => Number(input.dataset.points));
    return { id: node.dataset.question || "", short: node.dataset.short || "", weight: Number(node.dataset.weight), node, inputs, offered };
  }

  /** @returns {Diagnosis} */
  function blank() {
    return { id: "outil", title: "", kind: "real", family: "", reviews: [{ on: today(), answers: {} }] };
  }

  function today() {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  }

  function review() {
    return diagnosis.reviews[diagnosis.reviews.length - 1];
  }

  /** What an answer leaves possible: options, as points. @param {any} question @param {any} given @returns {number[]} */
  function possible(question, given) {
    if (given === undefined) return question.offered;
    const names = Array.isArray(given) ? given : [given];
    return names.map((name) => Number(question.inputs.find((/** @type {any} */ input) => input.value === name).dataset.points));
  }

  /** @param {any} question */
  function item(question) {
    const given = review().answers[question.id];
    return { name: question.id, weight: question.weight, offered: question.offered, possible: possible(question, given), open: given === undefined };
  }

  // -- in words ----------------------------------------------------------------------------------------------------------

  /** A sum of points as an index with one decimal, halves up: as `telling.py`. @param {number} total */
  function index(total) {
    return (Math.floor((2000 * total + MOST) / (2 * MOST)) / 10).toLocaleString("fr");
  }

  /** @param {string} low @param {string} high */
  function between(low, high) {
    return low === high ? low : "entre " + low + " et " + high;
  }

  /** The slices that some sums fall in. @param {{max: number, label: any}[]} slices @param {number[]} totals */
  function reached(slices, totals) {
    const found = totals.map((total) => slices.find((slice) => 100 * total <= slice.max * MOST));
    return slices.filter((slice) => found.includes(slice)).map((slice) => slice.label);
  }

  /** « faible, modérée ou forte ». @param {string[]} labels */
  function either(labels) {
    const words = labels.map((label) => label.toLowerCase());
    return words.length > 1 ? words.slice(0, -1).join(", ") + " ou " + words[words.length - 1] : words[0];
  }

  /** @param {string} id */
  function named(id) {
    return questions.find((question) => question.id === id) || questions[0];
  }

  /** A link to a question, and what is said of it. @param {string} id @param {string} told */
  function entry(id, told) {
    return make("li", {}, make("a", { href: "#" + id }, named(id).short), told);
  }

  function show() {
    byId("famille").setCustomValidity(""); // what was complained of may be mended: saving looks again
    const asked = questions.filter((question) => question.weight);
    const items = asked.map(item);
    const totals = boussolePoints.totals(items);
    const low = totals[0], high = totals[totals.length - 1];
    const labels = reached(bands, totals);
    tell(byId("indice"), between(index(low), index(high)));
    tell(byId("barre"), fr("Indice : " + between(index(low), index(high)) + "."));
    tell(byId("bande"), fr("Dépendance : " + either(labels) + "."));
    const missing = boussolePoints.unknown(items);
    tell(byId("annonce"), fr("Indice : " + between(index(low), index(high)) + ". Dépendance : " + either(labels) + "."));
    fill("lourds", boussolePoints.heaviest(items).map((one) => entry(one.name, fr(" : " + index(one.weight * Math.max(...one.possible))))));
    fill("gains", boussolePoints.gains(items).slice(0, 3).map((one) => entry(one.name, fr(" : jusqu’à " + index(boussolePoints.gain(one)) + " de moins"))));
    tell(byId("chemin"), fr(shortest(items)));
    fill("manquants", missing.slice(0, 3).map((one) => entry(one.name, "")));
    const gaps = questions.filter((question) => [].concat(review().answers[question.id]).includes(/** @type {never} */ (NSP)));
    if (byId("copier")) tell(byId("copier"), fr(low === high ? "Indice à y recopier : " + index(low) + "." : "Rien à y recopier encore : l’indice est " + between(index(low), index(high)) + "."));
    tell(byId("nsp"), gaps.length ? fr(plural(gaps.length, "réponse") + " « je ne sais pas », comptée" + (gaps.length > 1 ? "s" : "") + " comme la pire.") : "");
    tell(byId("reste"), missing.length ? fr("Encore " + plural(missing.length, "question") + ".") : "Toutes les questions ont une réponse.");
    tell(byId("priorite"), fr("Priorité, de 0 à 200 : " + priority(low, high) + "."));
    const answers = reached(fed, totals);
    if (byId("suggestion")) tell(byId("suggestion"), fr(answers.length === 1 ? "réponse suggérée, « " + answers[0] + " »." : "réponse encore ouverte, selon ce qui manque."));
  }

  /** Which answers to better to leave the two worst bands: as `outputs/dependence.py`. @param {any[]} items */
  function shortest(items) {
    const limit = bands[bands.length / 2 - 1].max;
    const found = boussolePoints.fewest(items, Math.floor((limit * MOST) / 100));
    if (!found || !found.length) return "";
    return "Pour passer à " + limit + " ou moins, il suffit d’améliorer " + plural(found.length, "réponse") + " : " + found.map((one) => named(one.name).short).join(", ") + ".";
  }

  /** The index, up to twice as much when the service would stop at once. @param {number} low @param {number} high */
  function priority(low, high) {
    const urgency = /** @type {any} */ (questions.find((question) => !question.weight));
    const worst = Math.max(...urgency.offered);
    const found = possible(urgency, review().answers[urgency.id]);
    const scaled = (/** @type {number} */ total, /** @type {number} */ points) => {
      const top = MOST * worst;
      return (Math.floor((2000 * total * (worst + points) + top) / (2 * top)) / 10).toLocaleString("fr");
    };
    return between(scaled(low, Math.min(...found)), scaled(high, Math.max(...found)));
  }

  /** @param {string} id @param {Node[]} nodes */
  function fill(id, nodes) {
    byId(id).replaceChildren(...nodes);
    byId(id).parentElement.hidden = !nodes.length;
  }

  // -- what is answered and kept -------------------------------------------------------------------------------------------

  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify(diagnosis));
    } catch (error) {
      isKept = false;
    }
    byId("garde").hidden = isKept;
  }

  function restore() {
    try {
      const kept = localStorage.getItem(KEY);
      if (kept) diagnosis = checked(JSON.parse(kept));
    } catch (error) {
      // What was kept cannot be read, or nothing may be kept: the page starts anew, and says so when it cannot keep.
      diagnosis = blank();
    }
  }

  /** What a file holds, when it is a diagnosis; throws otherwise, with what is to be shown. @param {any} given @returns {Diagnosis} */
  function checked(given) {
    const last = given && Array.isArray(given.reviews) && given.reviews[given.reviews.length - 1];
    if (!last || typeof last !== "object") throw new TypeError("Ce fichier n’est pas un diagnostic de dépendance.");
    last.answers = last.answers || {};
    given.title = String(given.title || "");
    given.family = given.family || "";
    if (given.family && !families.includes(given.family)) throw new TypeError(fr("Famille inconnue de ce questionnaire : " + given.family + "."));
    for (const [id, answer] of Object.entries(last.answers)) {
      const question = questions.find((one) => one.id === id);
      const names = Array.isArray(answer) ? answer : [answer];
      const isKnown = question && names.length && names.every((name) => question.inputs.some((/** @type {any} */ input) => input.value === name));
      if (!isKnown) throw new TypeError(fr("Réponse inconnue de ce questionnaire : " + id + ", " + names.join(" ou ") + "."));
    }
    // YAML as people write it says numbers as words.
    for (const review of given.reviews) {
      for (const name of ["spending", "spending_up_to"]) if (name in review) review[name] = Number(review[name]);
    }
    return given;
  }

  /** Show in the fields what the diagnosis holds. */
  function place() {
    byId("outil").value = diagnosis.title;
    byId("famille").value = diagnosis.family;
    byId("depense").value = review().spending === undefined ? "" : String(review().spending).replace(".", ",");
    for (const question of questions) {
      const given = review().answers[question.id];
      question.inputs.forEach((/** @type {any} */ input) => (input.checked = input.value === given));
      const several = question.node.querySelector(".boussole-several");
      if (several) several.remove();
      if (Array.isArray(given)) question.node.append(make("p", { className: "boussole-several" }, fr("Le fichier garde plusieurs réponses : " + given.map((name) => labelOf(question, name)).join(" ou ") + ". Choisir une réponse les remplace.")));
    }
    show();
  }

  /** @param {any} question @param {string} name */
  function labelOf(question, name) {
    const input = question.inputs.find((/** @type {any} */ one) => one.value === name);
    return input.dataset.label;
  }

  /** @param {Event} event */
  function answer(event) {
    const target = /** @type {any} */ (event.target);
    if (target.type === "radio") {
      review().answers[target.name] = target.value;
      review().on = today();
    } else if (target.id === "outil") diagnosis.title = target.value.trim();
    else if (target.id === "famille") diagnosis.family = target.value;
    else if (target.id === "depense") {
      const value = Number(target.value.replace(/[\s\u00a0\u202f€]/g, "").replace(",", "."));
      if (target.value.trim() && value >= 0) review().spending = value;
      else delete review().spending;
    } else return;
    if (target.type === "radio") place();
    else show();
    keep();
  }

  function save() {
    // As the command asks before anything else: an overview weighs the families, so none is guessed.
    const family = byId("famille"), lacking = fr("Rien n’est enregistré : choisissez d’abord la famille de l’outil.");
    family.setCustomValidity(family.value ? "" : lacking); // or else the browser complains in its own language
    if (!family.reportValidity()) return tell(byId("fait"), lacking);
    diagnosis.title = diagnosis.title || "Outil sans nom";
    diagnosis.id = diagnosis.title.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "outil";
    download(diagnosis.id + ".json", "application/json", JSON.stringify(diagnosis, null, 2) + "\n");
  }

  /** @param {Event} event */
  async function open(event) {
    const files = /** @type {FileList} */ (/** @type {HTMLInputElement} */ (event.target).files);
    if (!files.length) return;
    try {
      const opened = checked(boussoleOpening.read(await files[0].text(), files[0].name, "boussole-diagnostic"));
      if (!opened.family) throw new TypeError(fr("Ce fichier ne dit pas la famille de l’outil, à la clé « family »."));
      diagnosis = opened;
      tell(byId("fait"), "Le fichier est ouvert.");
      place();
      keep();
    } catch (error) {
      tell(byId("fait"), "Rien n’a changé ici. " + /** @type {Error} */ (error).message);
    }
    /** @type {HTMLInputElement} */ (event.target).value = ""; // so that the same file, mended, can be chosen again
  }

  function erase() {
    diagnosis = blank();
    try {
      localStorage.removeItem(KEY);
    } catch (error) {
      isKept = false;
    }
    place();
    tell(byId("fait"), "Les réponses sont effacées de ce navigateur.");
    byId("outil").focus();
  }

  restore();
  form.addEventListener("input", answer);
  byId("enregistrer").addEventListener("click", save);
  byId("ouvrir").addEventListener("change", open);
  byId("effacer").addEventListener("click", erase);
  byId("imprimer").addEventListener("click", () => print());
  all(document, ".boussole-live").forEach((node) => (node.hidden = false));
  place();
})();
