// @ts-check
/**
 * Keeps the dossiers in this browser, and carries the current one from page to page when the browser refuses to keep anything.
 *
 * Nothing here is sent anywhere. The work never stops: what cannot be written stays in memory, in the history entry of the page
 * (so that reloading it loses nothing) and in the fragment of the links to the other pages; `state()` says so.
 *
 * Two tabs on the same dossier: each change is applied to what is stored at that moment, never to an older copy. Which dossier is
 * the current one is remembered by tab first, so that two tabs may work on two dossiers.
 *
 * @typedef {any} Dossier  A plain object, see dossier.js.
 * @typedef {{format: number, dossier: Dossier, updated: string, page?: string}} Envelope  What is stored, as JSON.
 * @typedef {{key: string, role: string, label: string}} Who  `key` is the contributor's in a dossier.
 * @typedef {"kept" | "memory" | "full" | "corrupted"} State
 * @typedef {"own" | "other" | "opened" | "erased"} Reason  Who changed the dossier: this page, another tab; or which one is current.
 * @typedef {{kind: "added" | "opened" | "refused", message: string, aside: string[]}} Arrival  What the link that led here brought.
 */
"use strict";

// `var` makes a property of `window`, and can be met twice on a page without an error.
// eslint-disable-next-line no-var
var boussoleKeeping = (function () {
  const FORMAT = 1;
  const ROOT = "boussole:" + FORMAT + ":";
  const WHO = ":qui";
  const DAMAGED = ":abime";
  const UNTITLED = "Usage sans titre";
  const CARRIED = /^#?[dp]1=/;

  /** The storage of a browser, or null when it refuses: reading the property may throw, and so may the first write. */
  function openStorage(/** @type {"localStorage" | "sessionStorage"} */ name) {
    try {
      const storage = window[name];
      const probe = ROOT + "essai";
      storage.setItem(probe, "1");
      storage.removeItem(probe);
      return storage;
    } catch (error) {
      return isFull(error) && holdsSomething(name) ? window[name] : null;
    }
  }

  /** @param {any} error */
  function isFull(error) {
    return error instanceof DOMException && (error.code === 22 || /quota/i.test(error.name));
  }

  /** Some browsers refuse by allowing nothing: a storage that is full and empty is a refused one. */
  function holdsSomething(/** @type {"localStorage" | "sessionStorage"} */ name) {
    try {
      return window[name].length > 0;
    } catch (error) {
      return false;
    }
  }

  /** What stands for a refused storage: the same four methods, for as long as the page lives. */
  class Memory {
    constructor() {
      /** @type {Map<string, string>} */
      this.items = new Map();
    }

    get length() {
      return this.items.size;
    }

    key(/** @type {number} */ rank) {
      return Array.from(this.items.keys())[rank];
    }

    getItem(/** @type {string} */ key) {
      const found = this.items.get(key);
      return found === undefined ? null : found;
    }

    setItem(/** @type {string} */ key, /** @type {string} */ value) {
      this.items.set(key, value);
    }

    removeItem(/** @type {string} */ key) {
      this.items.delete(key);
    }
  }

  /**
   * The keeper of the dossiers of a doctrine, once it has read the current one, or the one that the address of the page carries.
   *
   * @param {any} doctrine  `boussoleDoctrine`
   * @returns {Promise<Keeper>}
   */
  function start(doctrine) {
    const keeper = new Keeper(doctrine);
    return keeper.arrive().then(() => keeper);
  }

  class Keeper {
    /** @param {any} doctrine */
    constructor(doctrine) {
      this.doctrine = doctrine;
      this.prefix = ROOT + doctrine.id;
      const local = openStorage("localStorage");
      this.isRefused = local === null;
      this.storage = local || new Memory();
      this.session = openStorage("sessionStorage") || new Memory();
      // Firefox gives each local file a storage of its own, and says so by an origin that is null.
      this.isApart = location.protocol === "file:" && location.origin === "null";
      /** @type {string | null} The name of the current dossier; null until there is something to keep. */
      this.uid = null;
      /** @type {Dossier} */
      this.dossier = this.blank(UNTITLED);
      /** @type {string | null} The stored text this page has last read or written. */
      this.raw = null;
      /** @type {((dossier: Dossier) => void)[]} The changes that could not be written yet. */
      this.pending = [];
      this.isDamaged = false;
      /** The section last answered: where one goes on. */
      this.page = "";
      /** @type {Arrival | null} */
      this.news = null;
      this.fragment = "";
      /** @type {((dossier: Dossier, reason: Reason) => void)[]} */
      this.listeners = [];
      this.listen();
    }

    // -- what pages ask ------------------------------------------------------------------------------------------------

    /** @returns {State} */
    state() {
      if (this.isRefused) return "memory";
      if (this.pending.length) return "full";
      return this.isDamaged ? "corrupted" : "kept";
    }

    /**
     * Change the current dossier: what is stored is read again, changed and written. When the mutator throws, nothing changes.
     *
     * @param {(dossier: Dossier) => void} mutator  Changes the dossier in place; called again when another tab wrote meanwhile.
     * @returns {Dossier} The dossier as it is now.
     */
    change(mutator) {
      if (this.uid === null) this.joinCurrent();
      const wanted = this.pending.concat(mutator);
      const stored = this.uid === null ? null : this.storage.getItem(this.keyOf(this.uid));
      const base = stored === null || stored === this.raw ? null : this.read(/** @type {string} */ (this.uid));
      const next = base ? base.dossier : copy(this.dossier);
      (base ? wanted : [mutator]).forEach((apply) => apply(next));
      this.dossier = next;
      this.pending = wanted;
      this.write();
      this.tell("own");
      return next;
    }

    /** Hear of every change: one's own, those of other tabs, another dossier becoming the current one. @param {(dossier: Dossier, reason: Reason) => void} listener */
    onChange(listener) {
      this.listeners.push(listener);
    }

    /** The dossiers kept here, the latest first. @returns {{uid: string, title: string, updated: string}[]} */
    list() {
      const found = [];
      for (const uid of this.uids()) {
        const kept = this.read(uid);
        if (kept) found.push({ uid, title: String(kept.dossier.title || UNTITLED), updated: kept.updated });
      }
      return found.sort((a, b) => (a.updated < b.updated ? 1 : a.updated > b.updated ? -1 : 0));
    }

    /** What could not be read, as it was stored; `remove` takes its `uid` too. @returns {{uid: string, text: string}[]} */
    damaged() {
      const uids = this.keys().filter((key) => key.endsWith(DAMAGED)).map((key) => key.slice(this.prefix.length + 1));
      return uids.map((uid) => ({ uid, text: this.storage.getItem(this.keyOf(uid)) || "" }));
    }

    /** Make a kept dossier the current one; false when there is none that can be read. @param {string} uid */
    open(uid) {
      const kept = this.read(uid);
      if (!kept) return false;
      this.begin(kept.dossier, uid);
      this.raw = kept.raw;
      this.page = kept.page;
      this.remember("", uid);
      this.tell("opened");
      return true;
    }

    /** Begin a dossier, which becomes the current one. @param {string} title @returns {string} its uid */
    create(title) {
      return this.add(this.blank(title || UNTITLED));
    }

    /**
     * Keep one more dossier, which becomes the current one.
     *
     * @param {Dossier} dossier
     * @param {string} [uid]  The name it had on another page.
     * @returns {string} its uid
     */
    add(dossier, uid) {
      this.begin(dossier, uid || newUid());
      this.write();
      this.tell("opened");
      return /** @type {string} */ (this.uid);
    }

    /** Put another content in the current dossier. @param {Dossier} dossier */
    replace(dossier) {
      return this.change((current) => {
        Object.keys(current).forEach((name) => delete current[name]);
        Object.assign(current, copy(dossier));
      });
    }

    /** Erase a dossier; the current one gives way to an empty one. @param {string} uid */
    remove(uid) {
      this.storage.removeItem(this.keyOf(uid));
      if (this.storage.getItem(this.prefix) === uid) this.storage.removeItem(this.prefix);
      if (uid === this.uid) this.forget();
    }

    /** Erase everything that was kept for this doctrine. */
    clear() {
      for (const key of this.keys()) this.storage.removeItem(key);
      for (const name of ["", WHO]) this.remember(name, null);
      this.isDamaged = false;
      this.forget();
    }

    /** As whom one answers. @returns {Who | null} */
    who() {
      const kept = parse(this.recall(WHO) || "");
      if (!kept || !this.doctrine.roles.some((/** @type {any} */ role) => role.id === kept.role)) return null;
      const label = typeof kept.label === "string" ? kept.label : "";
      const key = boussoleDossier.introduce({ contributors: {} }, kept.role, label);
      return { key, role: kept.role, label };
    }

    /** Say as whom one answers; an empty role says nothing. @param {string} role @param {string} [label] */
    setWho(role, label) {
      this.remember(WHO, role ? JSON.stringify({ role, label: boussoleDossier.clean(label || "").trim() }) : null);
      this.pocket();
      this.tell("own");
    }

    /** Where a link leads: as it is, or with the dossier in its fragment when nothing else would carry it. @param {string} path */
    href(path) {
      if (!this.isCarried() || !this.fragment) return path;
      const [page, ...anchors] = path.split("#");
      const anchor = anchors.filter((part) => !CARRIED.test(part)).pop();
      return page + "#" + this.fragment + (anchor ? "&vers=" + anchor : "");
    }

    // -- reading and writing -------------------------------------------------------------------------------------------

    /** @param {string} title @returns {Dossier} */
    blank(title) {
      return boussoleDossier.create(this.doctrine, boussoleDossier.slug(title) || "usage", title);
    }

    /** @param {string} uid */
    keyOf(uid) {
      return this.prefix + ":" + uid;
    }

    /** The keys of the dossiers of this doctrine, damaged ones included. */
    keys() {
      const all = Array.from({ length: this.storage.length }, (_, rank) => this.storage.key(rank) || "");
      return all.filter((key) => key.startsWith(this.prefix + ":") && key !== this.prefix + WHO);
    }

    uids() {
      return this.keys().filter((key) => !key.endsWith(DAMAGED)).map((key) => key.slice(this.prefix.length + 1));
    }

    /**
     * A stored dossier, checked; null when there is none. One that cannot be read is put aside, never erased.
     *
     * @param {string} uid
     * @returns {{raw: string, dossier: Dossier, updated: string, page: string} | null}
     */
    read(uid) {
      const raw = this.storage.getItem(this.keyOf(uid));
      if (raw === null) return null;
      const envelope = parse(raw);
      const isKnown = envelope && envelope.format === FORMAT;
      const checked = isKnown ? boussoleDossier.check(this.doctrine, envelope.dossier) : null;
      if (checked && checked.dossier && !checked.faults.length) {
        return { raw, dossier: checked.dossier, updated: String(envelope.updated || ""), page: String(envelope.page || "") };
      }
      this.putAside(uid, raw);
      return null;
    }

    /** @param {string} uid @param {string} raw */
    putAside(uid, raw) {
      this.isDamaged = true;
      try {
        this.storage.setItem(this.keyOf(uid) + DAMAGED, raw);
        this.storage.removeItem(this.keyOf(uid));
      } catch (error) {
        // No room for a copy: what is there stays there, and is not written again.
        if (uid === this.uid) this.uid = newUid();
      }
    }

    /** Write the current dossier, with what was waiting; what does not fit waits for the next time. */
    write() {
      if (this.uid === null) this.uid = newUid();
      const raw = JSON.stringify({ format: FORMAT, dossier: this.dossier, updated: new Date().toISOString(), page: this.page });
      try {
        this.storage.setItem(this.keyOf(this.uid), raw);
        this.raw = raw;
        this.pending = [];
        this.remember("", this.uid);
      } catch (error) {
        if (!this.pending.length) this.pending = [() => undefined];
      }
      this.pocket();
    }

    /** @param {Dossier} dossier @param {string | null} uid */
    begin(dossier, uid) {
      this.uid = uid;
      this.dossier = copy(dossier);
      this.raw = null;
      this.page = "";
      this.pending = [];
    }

    /** The current dossier is no more: another tab's takes its place, or an empty one, not kept until something is in it. */
    forget() {
      this.begin(this.blank(UNTITLED), null);
      this.session.removeItem(this.prefix);
      this.joinCurrent();
      this.pocket();
      this.tell("erased");
    }

    /** Go on with the dossier that was the current one in this tab, or in the last tab that opened one. */
    joinCurrent() {
      const uid = this.recall("");
      const kept = uid === null ? null : this.read(uid);
      if (!kept) return;
      this.begin(kept.dossier, uid);
      this.raw = kept.raw;
      this.page = kept.page;
    }

    // -- what is remembered by tab -------------------------------------------------------------------------------------

    /** @param {string} name */
    recall(name) {
      const own = this.session.getItem(this.prefix + name);
      return own === null ? this.storage.getItem(this.prefix + name) : own;
    }

    /** @param {string} name @param {string | null} value */
    remember(name, value) {
      for (const storage of [this.session, this.storage]) {
        try {
          if (value === null) storage.removeItem(this.prefix + name);
          else if (storage.getItem(this.prefix + name) !== value) storage.setItem(this.prefix + name, value);
        } catch (error) {
          // A full storage: the page knows, and carries it along.
        }
      }
    }

    // -- other tabs ----------------------------------------------------------------------------------------------------

    listen() {
      window.addEventListener("storage", (event) => {
        if (event.key === null || event.key.startsWith(this.prefix)) this.refresh();
      });
      // A page that comes back from the browser's memory missed what the pages after it wrote.
      window.addEventListener("pageshow", (event) => {
        if (!event.persisted) return;
        const uid = this.recall("");
        if (uid !== null && uid !== this.uid && !this.pending.length) this.open(uid);
        else this.refresh();
      });
      window.addEventListener("hashchange", () => {
        if (CARRIED.test(location.hash)) this.arrive().then(() => this.tell("opened"));
      });
      document.addEventListener("click", (event) => this.follow(event));
    }

    /** Take in what another tab wrote, with what this page has not written yet. */
    refresh() {
      if (this.uid === null) {
        this.joinCurrent();
        if (this.uid !== null) this.tell("opened");
        return;
      }
      const raw = this.storage.getItem(this.keyOf(this.uid));
      if (raw === this.raw) return;
      if (raw === null) {
        this.forget();
        return;
      }
      const kept = this.read(this.uid);
      if (!kept) return;
      this.pending.forEach((apply) => apply(kept.dossier));
      this.dossier = kept.dossier;
      this.raw = kept.raw;
      this.tell("other");
    }

    /** @param {Reason} reason */
    tell(reason) {
      this.listeners.forEach((listener) => listener(this.dossier, reason));
    }

    // -- carrying the dossier along ------------------------------------------------------------------------------------

    /** Whether the dossier would be lost by a plain link. */
    isCarried() {
      return this.isRefused || this.isApart || this.pending.length > 0;
    }

    /** What a carried dossier comes from, and when it was written: it may replace what is stored only if that is not later. */
    origin() {
      const envelope = this.raw === null ? null : parse(this.raw);
      return this.uid !== null && envelope ? this.uid + "." + Date.parse(envelope.updated) : "";
    }

    /** Put what is kept nowhere else in the history entry of this page, and in the links. */
    pocket() {
      const isKept = !this.isRefused && !this.pending.length;
      if (!isKept) this.setHistory({ dossier: this.dossier, who: this.recall(WHO), origin: this.origin() });
      else if (history.state && history.state.boussole) this.setHistory(null);
      if (this.isCarried()) this.encode();
    }

    /** @param {any} pocket */
    setHistory(pocket) {
      try {
        history.replaceState(pocket ? { boussole: pocket } : null, "");
      } catch (error) {
        // Too large or too often for this browser: the links still carry it.
      }
    }

    /** @returns {Promise<void>} */
    encode() {
      const who = this.recall(WHO);
      const more = (who ? "&qui=" + encodeURIComponent(who) : "") + (this.origin() ? "&de=" + this.origin() : "");
      return boussoleLinks.encodeLink(this.doctrine, this.dossier).then((/** @type {string} */ coded) => {
        this.fragment = coded.replace(/^#/, "") + more;
      });
    }

    /** Follow a link to another page of the form, with the dossier. @param {MouseEvent} event */
    follow(event) {
      const target = /** @type {Element} */ (event.target);
      const link = /** @type {HTMLAnchorElement | null} */ (target.closest ? target.closest("a[href]") : null);
      const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.defaultPrevented;
      if (!link || !isPlain || !this.isCarried() || !/\/evaluer(\.html|\/[^/]+\.html)$/.test(link.pathname)) return;
      if (link.pathname === location.pathname) return;
      event.preventDefault();
      const go = () => location.assign(this.href(link.href));
      this.encode().then(go, go);
    }

    /**
     * Open what the address of the page carries, or its history entry, or else the current dossier.
     *
     * @returns {Promise<void>}
     */
    arrive() {
      const hash = location.hash;
      const pocket = history.state && history.state.boussole;
      this.joinCurrent();
      if (!CARRIED.test(hash)) {
        if (pocket) this.unpack(pocket);
        return Promise.resolve();
      }
      const parts = hash.slice(1).split("&");
      const more = new Map(parts.slice(1).map((part) => /** @type {[string, string]} */ (part.split("="))));
      const anchor = /^[a-z0-9-]+$/.test(more.get("vers") || "") ? more.get("vers") || "" : "";
      this.showAddress(anchor);
      const opened = boussoleLinks.decodeLink(parts[0]).then((/** @type {any} */ data) => {
        this.receive(data, more.get("de") || "");
        this.takeWho(more.get("qui") || "");
      });
      return opened.catch((/** @type {Error} */ error) => {
        this.news = { kind: "refused", message: error.message, aside: [] };
      });
    }

    /** The address without the dossier it carried. @param {string} anchor */
    showAddress(anchor) {
      history.replaceState(history.state, "", location.href.split("#")[0] + (anchor ? "#" + anchor : ""));
      const place = anchor && document.getElementById(anchor);
      if (place) place.scrollIntoView();
    }

    /** @param {string} coded */
    takeWho(coded) {
      if (this.recall(WHO) === null && /^(%[0-9A-F]{2}|[\w.~!*'()-])+$/.test(coded)) this.remember(WHO, decodeURIComponent(coded));
    }

    /** @param {any} pocket */
    unpack(pocket) {
      if (pocket.who && this.recall(WHO) === null) this.remember(WHO, pocket.who);
      const checked = boussoleDossier.check(this.doctrine, pocket.dossier);
      if (checked.dossier && !checked.faults.length) this.take(checked.dossier, String(pocket.origin));
    }

    /** @param {any} data @param {string} origin */
    receive(data, origin) {
      const checked = boussoleDossier.check(this.doctrine, data);
      if (checked.faults.length || !checked.dossier) {
        this.news = { kind: "refused", message: checked.faults.join(" "), aside: [] };
        return;
      }
      const kind = origin || this.isRefused ? "opened" : "added";
      this.take(checked.dossier, origin);
      this.news = { kind, message: "", aside: checked.aside };
    }

    /**
     * Make a dossier that came along the current one: the one it comes from, if nobody changed it since; else a new one.
     *
     * @param {Dossier} dossier
     * @param {string} origin
     */
    take(dossier, origin) {
      const same = this.uids().find((uid) => {
        const kept = this.read(uid);
        return kept && JSON.stringify(kept.dossier) === JSON.stringify(dossier);
      });
      if (same) {
        this.open(same);
        return;
      }
      const [uid, written] = origin.split(".");
      const kept = /^[0-9a-f]{16}$/.test(uid) ? this.read(uid) : null;
      if (kept && Date.parse(kept.updated) <= Number(written)) {
        this.open(uid);
        this.replace(dossier);
      } else {
        this.add(dossier, kept ? "" : uid);
      }
    }
  }

  /** @param {any} value */
  function copy(value) {
    return JSON.parse(JSON.stringify(value));
  }

  /** @param {string} text */
  function parse(text) {
    try {
      const value = JSON.parse(text);
      return value !== null && typeof value === "object" ? value : null;
    } catch (error) {
      return null;
    }
  }

  function newUid() {
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    return Array.from(bytes, (byte) => (byte + 256).toString(16).slice(1)).join("");
  }

  return { start, UNTITLED };
})();
