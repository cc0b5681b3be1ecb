// @ts-check
/** What the pages that read all the answers share: the doctrine compiled, opinions in words, nodes that leave the focus alone. */
"use strict";

// eslint-disable-next-line no-var
var boussoleReading = (function () {
  const { fr, byId, make, fill, unseen } = boussoleShowing;
  const doctrine = boussoleDoctrine;
  const forest = boussoleAssessment.compile(boussoleDossier.rules(doctrine));
  /** @type {Map<string, any>} */
  const levels = new Map(doctrine.scale.map((/** @type {any} */ level) => [level.id, level]));
  /** @type {Map<string, any>} */
  const questions = new Map(doctrine.questions.map((/** @type {any} */ question) => [question.id, question]));

  /** Fill a node, unless it would look the same: the focus stays where it is. @param {any} node @param {Node[]} content */
  function refresh(node, content) {
    const next = node.cloneNode(false);
    next.append(...content);
    if (!node.isEqualNode(next)) fill(node, Array.from(next.childNodes));
  }

  /** @param {string} text @param {() => void} act @param {string} [about] What else a screen reader says of it. */
  function button(text, act, about) {
    const node = make("button", { type: "button", onclick: act }, fr(text));
    if (about) node.append(unseen(" : " + about));
    return node;
  }

  /** A button that asks, in its own place, before it does what cannot be undone. @param {string} words @param {string} about @param {string} confirm @param {() => void} act */
  function asking(words, about, confirm, act) {
    const place = make("span", { className: "boussole-buttons" });
    const ask = () => {
      const sure = button(confirm, act, about);
      fill(place, [sure, button("Garder", back, about)]);
      sure.focus();
    };
    const first = button(words, ask, about);
    const back = () => {
      fill(place, [first]);
      first.focus();
    };
    place.append(first);
    return place;
  }

  /** @param {string[]} names */
  function levelLabels(names) {
    return names.map((name) => levels.get(name).label.toLowerCase()).join(", ");
  }

  /** Several opinions that remain possible, or one. @param {string[]} names */
  function possibleLabel(names) {
    return names.length === doctrine.scale.length ? "tous les avis restent possibles" : levelLabels(names);
  }

  /** @param {any} result What `assess` gives. */
  function opinionLabel(result) {
    return result.opinion ? levels.get(result.opinion).label : "à compléter (" + possibleLabel(result.attainable) + ")";
  }

  /** Open a page of ours: what is said without script goes, the rest comes. @param {string} id @param {(keeper: any) => void} begin */
  function open(id, begin) {
    const root = byId(id);
    if (!root) return;
    boussoleKeeping.start(doctrine).then((/** @type {any} */ keeper) => {
      /** @type {HTMLElement} */ (document.querySelector(".boussole-by-hand")).hidden = true;
      root.hidden = false;
      begin(keeper);
    });
  }

  return { doctrine, forest, levels, questions, refresh, button, asking, levelLabels, possibleLabel, opinionLabel, open };
})();
