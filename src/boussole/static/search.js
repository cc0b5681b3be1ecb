// @ts-check
/**
 * The search of the site: reads the index, finds, shows. Its words are cut as in `stems.py`, its twin.
 *
 * @typedef {{address: string, title: string, page: string, titled: Set<string>, said: Set<string>}} Found
 *   A page, or a part of one; `page` is then the title of its page. Only pages say words besides those of their title.
 * @typedef {{found: Found[], ignored: Set<string>}} Index
 */
"use strict";

// `var` makes a property of `window`, and can be met twice on a page without an error.
// eslint-disable-next-line no-var
var boussoleSearch = (function () {
  /** @type {[RegExp, string][]} */
  const ENDINGS = [
    [/^(.*eau)x$/, "$1"],
    [/^(.{2,})(?:aux|ail)s?$/, "$1al"],
    [/^(.{3})s$/, "$1"],
    [/^(.{4,}?)[esx]+$/, "$1"],
    [/iqu$/, "ic"],
    [/^(.{3,})([lnt])\2$/, "$1$2"],
  ];

  /** @param {string} text */
  function words(text) {
    const plain = text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").normalize("NFD").replace(/[\u0300-\u036f]/g, "");
    return plain.match(/[a-z][a-z0-9]+|[0-9]{4,}/g) || [];
  }

  /** @param {string} word */
  function stem(word) {
    return ENDINGS.reduce((left, ending) => left.replace(ending[0], ending[1]), word);
  }

  /** @param {string} text @param {Set<string>} ignored */
  function stems(text, ignored) {
    return words(text).filter((word) => !ignored.has(word)).map(stem);
  }

  /** What `render_index` wrote, unfolded. @param {string[]} written @returns {Index} */
  function unfold(written) {
    const ignored = new Set(written[3].split(" "));
    /** @type {Found[]} */
    const pages = [];
    const found = written[0].split("\n").map((line) => {
      const parts = line.split("\t");
      const page = pages[pages.length - 1];
      /** @type {Found} */
      const entry = { address: parts[0], title: parts[1], page: "", titled: new Set(stems(parts[1], ignored)), said: new Set() };
      if (parts[0][0] === "#") Object.assign(entry, { address: page.address + parts[0], page: page.title });
      else pages.push(entry);
      return entry;
    });
    const known = new Set(unfoldStems(written[1]));
    found.forEach((entry) => entry.titled.forEach((word) => known.add(word)));
    const places = written[2].split(" ");
    Array.from(known).sort().forEach((word, place) => {
      let rank = -1;
      for (const distance of places[place]) pages[(rank += distance.charCodeAt(0) - 35)].said.add(word);
    });
    return { found, ignored };
  }

  /** @param {string} coded */
  function unfoldStems(coded) {
    let before = "";
    return (coded.match(/[A-Z][a-z0-9]*/g) || []).map((code) => (before = before.slice(0, code.charCodeAt(0) - 65) + code.slice(1)));
  }

  /** What answers best: the most words first, then those of titles. @param {Index} index @param {string} asked */
  function find(index, asked) {
    const wanted = Array.from(new Set(stems(asked, index.ignored)));
    const marked = index.found.map((entry, order) => {
      const marks = wanted.map((word) => mark(entry, word)).filter(Boolean);
      return { entry, order, met: marks.length, mark: marks.reduce((sum, one) => sum + one, 0) };
    });
    const most = Math.max(1, ...marked.map((one) => one.met));
    const best = marked.filter((one) => one.met === most).sort((one, other) => other.mark - one.mark || one.order - other.order);
    return best.map((one) => one.entry);
  }

  /** @param {Found} entry @param {string} word */
  function mark(entry, word) {
    if (entry.titled.has(word)) return 4;
    if (entry.said.has(word)) return 2;
    if (word.length < 4) return 0; // it begins too many others
    const begins = (/** @type {string} */ other) => other.startsWith(word);
    return Array.from(entry.titled).some(begins) ? 2 : Array.from(entry.said).some(begins) ? 1 : 0;
  }

  return { words, stem, unfold, find };
})();

// In Node, where the twin is compared.
if (typeof module === "object" && module.exports) module.exports = boussoleSearch;

(function () {
  const box = typeof document === "object" && /** @type {HTMLElement | null} */ (document.querySelector(".boussole-search"));
  const written = box && /** @type {any} */ (window).boussoleIndex;
  if (!box || !written) return;

  const SHOWN = 20;
  const PAUSE = 300; // so that what is announced is not cut by the next letter
  const index = boussoleSearch.unfold(written);
  const input = /** @type {HTMLInputElement} */ (box.querySelector("input"));
  const status = /** @type {HTMLElement} */ (box.querySelector("[role=status]"));
  const results = /** @type {HTMLElement} */ (box.querySelector("ol"));
  const root = document.documentElement.dataset.content_root || "";
  // Uses have a search of their own, in the register: what is asked here goes on there.
  const register = /** @type {HTMLAnchorElement | null} */ ((box.parentElement || box).querySelector("a[href*='registre/index.html']"));
  let timer = 0;

  function refresh() {
    const asked = input.value.trim();
    const found = boussoleSearch.find(index, asked);
    const items = found.slice(0, SHOWN).map((entry) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + entry.address;
      link.textContent = entry.title;
      item.append(link, entry.page && ", dans «\u00a0" + entry.page + "\u00a0»");
      return item;
    });
    results.textContent = "";
    results.append(...items);
    status.textContent = asked && tell(asked, found.length);
    if (register) {
      register.hash = asked && "q=" + encodeURIComponent(asked);
      register.textContent = asked ? "Chercher «\u00a0" + asked + "\u00a0» parmi les usages du registre" : "Les usages, dans le registre";
    }
    history.replaceState(null, "", (asked ? "?q=" + encodeURIComponent(asked) : location.pathname) + location.hash);
  }

  /** @param {string} asked @param {number} count */
  function tell(asked, count) {
    const about = " pour «\u00a0" + asked + "\u00a0».";
    if (!count) return "Aucun résultat" + about + " Essayez un autre mot, ou le plan du site.";
    return count + (count < 2 ? "\u00a0résultat" : "\u00a0résultats") + about + (count > SHOWN ? " Voici les " + SHOWN + " premiers." : "");
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(refresh, PAUSE);
  });
  input.value = new URLSearchParams(location.search).get("q") || "";
  box.hidden = false;
  /** @type {HTMLElement} */ (document.querySelector(".boussole-by-hand")).hidden = true;
  refresh();
})();
