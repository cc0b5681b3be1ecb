// @ts-check
/** What the pages that show a dossier share: making nodes, naming answers, telling errors. Text is always text, never markup. */
"use strict";

// eslint-disable-next-line no-var
var boussoleShowing = (function () {
  /** Our own words with French spaces. @param {string} text */
  function fr(text) {
    return text.replace(/ ([?!;%])/g, "\u202f$1").replace(/ (:(?:\s|$)|»)/g, "\u00a0$1").replace(/« /g, "«\u00a0");
  }

  /** @param {string} id @returns {any} */
  function byId(id) {
    return document.getElementById(id);
  }

  /** @param {ParentNode} node @param {string} selector @returns {any[]} */
  function all(node, selector) {
    return Array.from(node.querySelectorAll(selector));
  }

  /**
   * A node with its properties or attributes and its content; text stays text.
   *
   * @param {string} tag
   * @param {Object<string, any>} given
   * @param {...(Node | string)} content
   * @returns {any}
   */
  function make(tag, given, ...content) {
    const node = document.createElement(tag);
    for (const name of Object.keys(given)) {
      if (name in node) /** @type {any} */ (node)[name] = given[name];
      else node.setAttribute(name, given[name]);
    }
    node.append(...content);
    return node;
  }

  /** Say something, only when it changes. @param {HTMLElement} node @param {string} text */
  function tell(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  /** Say something where there is something to say. @param {HTMLElement} node @param {string} text */
  function tellOrHide(node, text) {
    tell(node, text);
    node.hidden = !text;
  }

  /** @param {HTMLElement} node @param {Node[]} content */
  function fill(node, content) {
    node.textContent = "";
    node.append(...content);
  }

  /** What only a screen reader says, after words that many links share. @param {string} text */
  function unseen(text) {
    return make("span", { className: "boussole-unseen" }, fr(text));
  }

  /** @param {number} count @param {string} one @param {string} [many] */
  function plural(count, one, many) {
    return count + "\u00a0" + (count < 2 ? one : many || one + "s");
  }

  // -- the doctrine in words -------------------------------------------------------------------------------------------

  /** One position in words; a number keeps its unit. @param {any} question @param {any} given @returns {string} */
  function positionLabel(question, given) {
    if (Array.isArray(given)) return given.map((one) => positionLabel(question, one)).join(" ou ");
    if (given === "nsp") return "Je ne sais pas";
    const option = question.options.find((/** @type {any} */ one) => one.id === given);
    return option ? option.label : (String(given).replace(".", ",") + " " + (question.unit || "")).trim();
  }

  /** What each contributor answers to a question, as key and position. @param {any} dossier @param {string} id @returns {[string, any][]} */
  function positions(dossier, id) {
    const given = (dossier.answers || {})[id];
    if (given === undefined) return [];
    return typeof given === "object" && !Array.isArray(given) ? Object.entries(given) : [["sans-role", given]];
  }

  /** What someone answers; a discussion that knows no answer is one that found no agreement. @param {any} question @param {string} key @param {any} given */
  function saidLabel(question, key, given) {
    return key === boussoleDossier.ACCORD && given === "nsp" ? "pas d’accord trouvé" : positionLabel(question, given);
  }

  /** @param {string} id */
  function anchor(id) {
    return id.replace(".", "-");
  }

  /** The page of the form at an address told from the root of the site. @param {string} page */
  function address(page) {
    return (document.documentElement.dataset.content_root || "./") + page;
  }

  /** @param {string} section */
  function sectionAddress(section) {
    return address("evaluer/" + section + ".html");
  }

  /** Where a question is answered, with all there is to say of it. @param {string} id */
  function questionAddress(id) {
    return sectionAddress(id.split(".")[0]) + "#" + anchor(id);
  }

  /** Hand a file over. @param {string} name @param {string} type @param {string} text */
  function download(name, type, text) {
    const href = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
    make("a", { href, download: name }).click();
    // Some browsers read the blob after the click has returned.
    setTimeout(() => URL.revokeObjectURL(href), 60000);
  }

  // -- what goes wrong -------------------------------------------------------------------------------------------------

  const KEPT = {
    memory: "Ce navigateur ne garde rien. Le dossier suit les liens de ces pages ; enregistrer le document avant de fermer l’onglet.",
    full: "La place manque dans ce navigateur : les derniers changements n’y sont pas gardés. Enregistrer le document avant de fermer l’onglet.",
    corrupted: "Un dossier gardé dans ce navigateur est abîmé et n’a pas pu être relu. Il est mis de côté tel quel, sur la page de départ ; le travail continue ici.",
  };

  /** Say when the work is not kept, and where one is looking too. @param {any} keeper */
  function showKept(keeper) {
    const state = keeper.state();
    tellOrHide(byId("garde"), fr(/** @type {any} */ (KEPT)[state] || ""));
    for (const node of all(document, ".boussole-bar a")) node.hidden = !["memory", "full"].includes(state);
  }

  /** @typedef {{text: string, field?: string, about?: string}} Fault  `about` is only told in the summary. */

  /**
   * Tell errors as a summary that takes the focus, and at each field; none takes the former ones away.
   *
   * @param {Fault[]} faults
   * @param {...Node} more  What the summary adds.
   */
  function showErrors(faults, ...more) {
    const summary = byId("erreurs");
    all(document, "[aria-invalid]").forEach(unmarkField);
    document.title = (faults.length ? "Erreur\u00a0: " : "") + document.title.replace(/^Erreur\u00a0: /, "");
    summary.hidden = !faults.length;
    const items = faults.map(({ text, field, about }) => make("li", {}, field ? errorLink(field, about ? text + " " + about : text) : fr(text)));
    fill(summary, faults.length ? [make("h2", {}, "Il y a un problème"), make("ul", {}, ...items), ...more] : []);
    for (const { text, field } of faults) if (field) markField(byId(field), text);
    if (faults.length) summary.focus();
  }

  /** @param {string} field @param {string} text */
  function errorLink(field, text) {
    const go = (/** @type {Event} */ event) => {
      event.preventDefault();
      byId(field).focus();
    };
    return make("a", { href: "#" + field, onclick: go }, fr(text));
  }

  /** @param {any} field */
  function unmarkField(field) {
    const message = byId(field.id + "-erreur");
    if (message) message.remove();
    field.removeAttribute("aria-invalid");
    describe(field, []);
  }

  /** What describes a field: its error, before what always does. @param {any} field @param {string[]} ids */
  function describe(field, ids) {
    const others = (field.getAttribute("aria-describedby") || "").split(" ").filter((/** @type {string} */ id) => id !== field.id + "-erreur");
    const told = ids.concat(others).join(" ").trim();
    if (told) field.setAttribute("aria-describedby", told);
    else field.removeAttribute("aria-describedby");
  }

  /** Say what is wrong beside a field, and nowhere else. @param {any} field @param {string} text */
  function markField(field, text) {
    unmarkField(field);
    const id = field.id + "-erreur";
    const message = make("span", { className: "boussole-error", id }, unseen("Erreur : "), fr(text));
    const inside = field.closest("details");
    if (inside) inside.open = true;
    // Inside its label, the error would be part of its name.
    (field.closest("label") || field).before(message);
    field.setAttribute("aria-invalid", "true");
    describe(field, [id]);
  }

  /** What the link that led here brought. @param {any} keeper @param {HTMLElement} node */
  function showNews(keeper, node) {
    const { news } = keeper;
    if (!news) return;
    if (news.kind === "refused") {
      showErrors([{ text: "Le lien suivi n’a pas pu être ouvert. " + news.message }]);
      return;
    }
    const kept = news.aside.length ? " " + plural(news.aside.length, "élément inconnu", "éléments inconnus") + " de cette version de la doctrine, gardés à part." : "";
    if (news.kind === "added") tellOrHide(node, fr("Le dossier du lien suivi est ouvert, à côté de ceux de ce navigateur." + kept));
    else if (kept) tellOrHide(node, fr("Dossier ouvert." + kept));
    keeper.news = null;
  }

  return {
    fr, byId, all, make, tell, tellOrHide, fill, unseen, plural,
    positionLabel, saidLabel, positions, anchor, address, sectionAddress, questionAddress,
    download, showKept, showErrors, markField, unmarkField, showNews,
  };
})();
