// @ts-check
/**
 * The list of the register: filters, searches and sorts its uses, and keeps what was asked in the address. Its data comes in
 * scripts, asked for when they are needed, since a page opened from a disk may load nothing else. Twin of `outputs/listing.py`,
 * which writes them.
 *
 * @typedef {{q: string, avis: string, etat: string, critere: string, service: string, nature: string, alerte: string,
 *   tri: string}} Asked
 * @typedef {{ignored: string, heads: string[], levels: string[], signs: [string, string][], criteria: string[], statuses: string[],
 *   kinds: string[], alerts: string[], short: string[], services: string[], opinion: string, status: string, kind: string,
 *   alert: string, finding: string[], service: string, updated: string}} Filters
 * @typedef {[id: string, title: string, by: string]} Line
 */
"use strict";

// `var` makes a property of `window`, by which the pieces hand themselves over.
// eslint-disable-next-line no-var
var boussoleRegister = (function () {
  /** @type {Map<string, any>} */
  const arrived = new Map();
  /** @type {Map<string, Promise<any>>} */
  const waited = new Map();
  const EPOCH = Date.UTC(2000, 0, 1);

  /** @param {string} kind @param {string} key @param {any} value */
  function take(kind, key, value) {
    arrived.set(kind + key, value);
  }

  /** The number a character of a column stands for. @param {string} column @param {number} rank */
  function value(column, rank) {
    const code = column.charCodeAt(rank);
    return code - 93 - (code < 0xd800 ? 0 : 0x800);
  }

  /** The ranks a column of distances stands for. @param {string} column */
  function ranks(column) {
    let last = -1;
    return Array.from(column, (_, place) => (last += value(column, place)));
  }

  /** The ranks that say a word, or one that begins like it. @param {Record<string, string>} shard @param {string} word */
  function saying(shard, word) {
    const found = new Set();
    for (const stem of Object.keys(shard)) {
      if (stem === word || (word.length > 3 && stem.startsWith(word))) ranks(shard[stem]).forEach((rank) => found.add(rank));
    }
    return found;
  }

  /** What answers, in the order asked. @param {Filters} filters @param {number} count @param {Asked} asked @param {Set<number>[]} said */
  function choose(filters, count, asked, said) {
    const level = (/** @type {string} */ name) => filters.levels.indexOf(name);
    const tests = [];
    if (asked.avis) tests.push((/** @type {number} */ rank) => value(filters.opinion, rank) === level(asked.avis));
    if (asked.etat) tests.push((/** @type {number} */ rank) => filters.statuses[value(filters.status, rank)] === asked.etat);
    if (asked.nature) tests.push((/** @type {number} */ rank) => filters.kinds[value(filters.kind, rank)] === asked.nature);
    if (asked.service) tests.push((/** @type {number} */ rank) => filters.services[value(filters.service, rank) - 1] === asked.service);
    if (asked.critere) {
      const column = filters.finding[filters.criteria.indexOf(asked.critere)] || "";
      tests.push((/** @type {number} */ rank) => value(column, rank) > 0);
    }
    if (asked.alerte) {
      const bit = filters.alerts.indexOf(asked.alerte);
      tests.push((/** @type {number} */ rank) => (bit < 0 ? value(filters.alert, rank) > 0 : value(filters.alert, rank) >> bit & 1));
    }
    said.forEach((one) => tests.push((rank) => one.has(rank)));
    const found = [];
    for (let rank = 0; rank < count; rank++) if (tests.every((test) => test(rank))) found.push(rank);
    return found.sort(order(filters, asked.tri));
  }

  /** @param {Filters} filters @param {string} name @returns {(one: number, other: number) => number} */
  function order(filters, name) {
    const by = (/** @type {string} */ column) => (/** @type {number} */ one, /** @type {number} */ other) => value(column, one) - value(column, other);
    const recent = (/** @type {number} */ one, /** @type {number} */ other) => by(filters.updated)(other, one) || one - other;
    if (name === "nom") return (one, other) => one - other;
    if (name === "ancien") return (one, other) => by(filters.updated)(one, other) || one - other;
    if (name === "severe") return (one, other) => by(filters.opinion)(other, one) || recent(one, other);
    return (one, other) => by(filters.kind)(one, other) || recent(one, other);
  }

  /** The day a number stands for, or nothing. @param {number} days */
  function day(days) {
    if (!days) return "";
    const date = new Date(EPOCH + days * 864e5);
    const told = new Intl.DateTimeFormat("fr", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(date);
    return told.replace(/^1 /, "1er ").replace(" ", "\u00a0");
  }

  return { take, value, ranks, saying, choose, day, arrived, waited };
})();

// In Node, where it is tested.
if (typeof module === "object" && module.exports) module.exports = boussoleRegister;

(function () {
  const root = typeof document === "object" && /** @type {HTMLElement | null} */ (document.querySelector(".boussole-register"));
  if (!root) return;

  const { choose, day, saying, value, arrived, waited } = boussoleRegister;
  const SHOWN = 20;
  const PAUSE = 250; // so that what is announced is not cut by the next letter
  const COUNT = Number(root.dataset.count);
  const PIECE = Number(root.dataset.piece);
  const box = /** @type {HTMLElement} */ (root.querySelector(".boussole-filters"));
  const status = /** @type {HTMLElement} */ (root.querySelector("[role=status]"));
  const found = /** @type {HTMLElement} */ (root.querySelector(".boussole-found"));
  const pager = /** @type {HTMLElement | null} */ (root.querySelector(".boussole-pager"));
  const table = /** @type {HTMLElement} */ (found.firstElementChild);
  /** @type {Record<string, HTMLInputElement | HTMLSelectElement>} */
  const fields = {};
  box.querySelectorAll("input, select").forEach((field) => (fields[field.id.replace("choix-", "")] = /** @type {any} */ (field)));
  let limit = SHOWN;
  let turn = 0;
  let timer = 0;

  /** A piece of data, once its script has run; nothing when it does not exist. @param {string} name @param {() => any} read */
  function load(name, read) {
    if (!waited.has(name)) {
      waited.set(name, new Promise((resolve) => {
        const script = document.createElement("script");
        script.src = "liste/" + name + ".js";
        script.onload = () => resolve(read());
        script.onerror = () => resolve(undefined);
        document.head.append(script);
      }));
    }
    return waited.get(name);
  }

  /** @returns {Promise<Filters>} */
  function filters() {
    return /** @type {any} */ (load("registre-filtres", () => /** @type {any} */ (window).boussoleFilters));
  }

  /** @returns {Asked} */
  function asked() {
    return /** @type {any} */ (Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.value.trim()])));
  }

  /** The words that begin like one, if some do. @param {string} stem @param {Filters} data @returns {Promise<Record<string, string>>} */
  async function shard(stem, data) {
    const head = stem.slice(0, 2);
    return data.heads.includes(head) ? load("registre-mots-" + head, () => arrived.get("words" + head)) : {};
  }

  /** The ranks that say each word asked. @param {string} text @param {Filters} data */
  async function said(text, data) {
    const ignored = new Set(data.ignored.split(" "));
    const stems = boussoleSearch.words(text).filter((word) => !ignored.has(word)).map(boussoleSearch.stem);
    const shards = await Promise.all(stems.map((stem) => shard(stem, data)));
    return stems.map((stem, rank) => saying(shards[rank], stem));
  }

  async function refresh() {
    const mine = ++turn;
    const wanted = asked();
    const state = new URLSearchParams(Object.entries(wanted).filter((entry) => entry[1])).toString();
    history.replaceState(null, "", location.pathname + location.search + (state ? "#" + state : ""));
    if (!state) {
      found.replaceChildren(table);
      if (pager) pager.hidden = false;
      status.textContent = "";
      return;
    }
    const data = await filters();
    const ranks = choose(data, COUNT, wanted, await said(wanted.q, data));
    const shown = ranks.slice(0, limit);
    const lines = await Promise.all(shown.map((rank) => line(Math.floor(rank / PIECE), rank % PIECE)));
    if (mine !== turn) return; // something else was asked meanwhile
    if (pager) pager.hidden = true;
    found.replaceChildren(...(shown.length ? [drawn(data, shown, lines)] : []), ...(ranks.length > limit ? [more(ranks.length)] : []));
    const count = ranks.length.toLocaleString("fr") + (ranks.length < 2 ? "\u00a0usage" : "\u00a0usages");
    status.textContent = ranks.length ? count + " sur " + COUNT.toLocaleString("fr") + "." : "Aucun usage ne répond. Essayez un autre mot, ou moins de choix.";
  }

  /** @param {number} piece @param {number} place @returns {Promise<Line>} */
  async function line(piece, place) {
    const lines = await load("registre-lignes-" + piece, () => arrived.get("lines" + piece));
    return lines[place];
  }

  /** @param {Filters} data @param {number[]} ranks @param {Line[]} lines */
  function drawn(data, ranks, lines) {
    const copy = /** @type {HTMLElement} */ (table.cloneNode(true));
    const labels = Array.from(copy.querySelectorAll("thead th"), (cell) => cell.textContent || "");
    const body = /** @type {HTMLElement} */ (copy.querySelector("tbody"));
    body.replaceChildren(...ranks.map((rank, place) => row(data, rank, lines[place], labels)));
    return copy;
  }

  /** @param {Filters} data @param {number} rank @param {Line} told @param {string[]} labels */
  function row(data, rank, told, labels) {
    const item = document.createElement("tr");
    const head = document.createElement("th");
    const link = document.createElement("a");
    head.scope = "row";
    link.href = told[0] + ".html";
    link.textContent = told[1];
    head.append(link, ...[value(data.kind, rank) ? data.kinds[1] : "", told[2]].filter(Boolean).flatMap((text) => [" ", small(text)]));
    const opinion = value(data.opinion, rank);
    const sign = document.createElement("span");
    sign.className = "boussole-sign " + data.signs[opinion][0];
    sign.ariaHidden = "true";
    sign.textContent = data.signs[opinion][1];
    const late = data.short.filter((_, bit) => value(data.alert, rank) >> bit & 1);
    const cells = [[sign, " " + data.levels[opinion]], [data.statuses[value(data.status, rank)]], [day(value(data.updated, rank))], [late.join(", ")]];
    item.append(head, ...cells.map((content, place) => {
      const cell = document.createElement("td");
      cell.dataset.label = labels[place + 1];
      cell.append(...content.filter(Boolean));
      return cell;
    }));
    return item;
  }

  /** @param {string} text */
  function small(text) {
    const said = document.createElement("small");
    said.textContent = text;
    return said;
  }

  /** @param {number} count */
  function more(count) {
    const part = document.createElement("p");
    const button = document.createElement("button");
    part.className = "boussole-more";
    button.type = "button";
    button.textContent = "Montrer " + Math.min(SHOWN, count - limit) + " usages de plus";
    button.addEventListener("click", async () => {
      const first = limit;
      limit += SHOWN;
      await refresh();
      /** @type {NodeListOf<HTMLElement>} */ (found.querySelectorAll("tbody a"))[first].focus();
    });
    part.append(button);
    return part;
  }

  /** Put in the fields what the address asks. */
  function restore() {
    const state = new URLSearchParams(location.hash.slice(1));
    Object.entries(fields).forEach(([name, field]) => {
      field.value = state.get(name) || "";
      if ("selectedIndex" in field && field.selectedIndex < 0) field.value = ""; // an address from elsewhere may ask for what does not exist
    });
  }

  function changed() {
    limit = SHOWN;
    clearTimeout(timer);
    timer = window.setTimeout(refresh, PAUSE);
  }

  box.addEventListener("input", changed);
  box.addEventListener("focusin", filters); // asked for while one types
  /** @type {HTMLElement} */ (box.querySelector("button")).addEventListener("click", () => {
    Object.values(fields).forEach((field) => (field.value = ""));
    refresh();
    fields.q.focus();
  });
  window.addEventListener("hashchange", () => {
    restore();
    refresh();
  });
  restore();
  box.hidden = false;
  if (location.hash.length > 1) refresh();
})();
