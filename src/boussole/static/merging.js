// @ts-check
/**
 * Several dossiers as one, nobody's words lost. Twin of `merging.py`.
 *
 * @typedef {any} Dossier  A plain object, see `dossier.js`.
 * @typedef {Object<string, any>} Part  By question, or by who says it.
 */
"use strict";

// eslint-disable-next-line no-var
var boussoleMerging = (function () {
  const { inOrder } = boussoleDossier;
  const { NSP, SCALARS, GROUPS, part, own, isBlock, items, alone, byWhom, plain, sorted, compare, told, asText } = boussoleDossier.parts;

  /** One dossier of two; the first gives what there can be only one of, where it says something. @param {Dossier} one @param {Dossier} other @returns {Dossier} */
  function merge(one, other) {
    const variants = part();
    const merged = mergeScalars(one, other, variants);
    merged.contributors = mergeContributors(one.contributors || {}, other.contributors || {}, variants);
    merged.answers = each(one, other, "answers", (left, right) => joined(left, right, positions));
    merged.aside = each(one, other, "aside", (left, right) => joined(left, right, positions));
    merged.notes = each(one, other, "notes", (left, right) => joined(left, right, texts));
    merged.evidence = each(one, other, "evidence", texts);
    merged.seen = each(one, other, "seen", (left, right) => alone(texts(left, right)));
    merged.measures = each(one, other, "measures", measures);
    merged.conditions = conditions((one.conditions || []).concat(other.conditions || []));
    merged.history = happenings((one.history || []).concat(other.history || []));
    merged.opinions = opinions((one.opinions || []).concat(other.opinions || []));
    merged.variants = mergeVariants(merged, [one.variants || {}, other.variants || {}, variants]);
    return inOrder(merged);
  }

  /** @param {Dossier} one @param {Dossier} other @param {Part} variants */
  function mergeScalars(one, other, variants) {
    /** @type {Dossier} */
    const merged = {};
    const choose = (/** @type {any} */ into, /** @type {string} */ name, /** @type {any} */ kept, /** @type {any} */ also, /** @type {string} */ path) => {
      const value = kept === undefined ? also : kept;
      if (value !== undefined) into[name] = value;
      if (kept !== undefined && also !== undefined && told(kept) !== told(also)) variants[path] = [also];
    };
    for (const name of SCALARS) choose(merged, name, one[name], other[name], name);
    for (const group of GROUPS) {
      const [left, right] = [one[group] || {}, other[group] || {}];
      merged[group] = part();
      for (const name of keys(left, right)) choose(merged[group], name, own(left, name), own(right, name), group + "." + name);
    }
    return merged;
  }

  /** Of two who have the same key, the smaller words stay, so that order does not matter. @param {Part} one @param {Part} other @param {Part} variants */
  function mergeContributors(one, other, variants) {
    const merged = part();
    for (const key of keys(one, other)) {
      merged[key] = {};
      for (const word of ["role", "label"]) {
        const said = [own(one, key), own(other, key)].map((known) => own(known, word)).filter(Boolean);
        const [kept, ...others] = texts(said, []);
        if (kept) merged[key][word] = kept;
        if (others.length) variants["contributors." + key + "." + word] = others;
      }
    }
    return merged;
  }

  /** Two parts kept by name, joined name by name. @param {Dossier} one @param {Dossier} other @param {string} name @param {(left: any, right: any) => any} join */
  function each(one, other, name, join) {
    const found = part();
    const given = (/** @type {any} */ side, /** @type {string} */ key) => {
      const value = own(side[name], key);
      return value === undefined ? {} : value;
    };
    for (const key of keys(one[name] || {}, other[name] || {})) found[key] = join(given(one, key), given(other, key));
    return found;
  }

  /** @param {any} one @param {any} other @param {(left: any, right: any) => string[]} join */
  function joined(one, other, join) {
    const [left, right] = [byWhom(one), byWhom(other)];
    const found = part();
    const given = (/** @type {Part} */ side, /** @type {string} */ who) => (own(side, who) === undefined ? [] : side[who]);
    for (const who of keys(left, right)) found[who] = alone(join(given(left, who), given(right, who)));
    return plain(found);
  }

  /** The options of both; nobody knows only when neither does. @param {any} one @param {any} other */
  function positions(one, other) {
    const taken = texts(one, other);
    const known = taken.filter((option) => option !== NSP);
    return known.length ? known : taken;
  }

  /** @param {any} one @param {any} other */
  function texts(one, other) {
    const found = [one, other].filter((side) => !isBlock(side)).map(items);
    return sorted(Array.from(new Set(found[0] ? found[0].concat(found[1] || []).map(String) : [])));
  }

  /** @param {any[]} values */
  function distinct(values) {
    return Array.from(new Map(values.map((value) => [told(value), value])).values());
  }

  /** @param {any} one @param {any} other */
  function measures(one, other) {
    const found = distinct((isBlock(one) ? [] : one).concat(isBlock(other) ? [] : other));
    const rest = (/** @type {any} */ measure, /** @type {string} */ name) => String(measure[name] === undefined ? "" : measure[name]);
    const last = (/** @type {any} */ a, /** @type {any} */ b) => ["kind", "group", "count"].reduce((order, name) => order || compare(rest(a, name), rest(b, name)), 0);
    return found.sort((a, b) => compare(a.on, b.on) || a.value - b.value || compare(a.source, b.source) || last(a, b));
  }

  /** Every condition once; it is met as soon as one side says so. @param {any[]} all */
  function conditions(all) {
    const found = new Map();
    for (const { what, owner, due, done } of all) {
      const asked = due === undefined ? { what, owner } : { what, owner, due };
      const known = found.get(told(asked)) || asked;
      const met = [known.done, done].filter(Boolean).sort();
      if (met.length) known.done = met[0];
      found.set(told(asked), known);
    }
    return Array.from(found.values()).sort((a, b) => compare(a.due || "", b.due || "") || compare(a.what, b.what) || compare(a.owner, b.owner));
  }

  /** @param {any[]} all */
  function happenings(all) {
    return distinct(all).sort((a, b) => compare(a.on, b.on) || compare(a.what, b.what));
  }

  /** @param {any[]} all */
  function opinions(all) {
    const parts = (/** @type {any} */ opinion) => [opinion.version, opinion.fingerprint || "", opinion.on, opinion.attainable.join(" ")];
    return distinct(all).sort((a, b) => {
      const [left, right] = [parts(a), parts(b)];
      return left.reduce((order, text, rank) => order || compare(text, right[rank]), 0);
    });
  }

  /** Every other value given, once, but for the one that is kept. @param {Dossier} merged @param {Part[]} sources */
  function mergeVariants(merged, sources) {
    const found = part();
    for (const source of sources) {
      for (const path of Object.keys(source)) found[path] = (found[path] || []).concat(asText(source[path]));
    }
    const kept = part();
    for (const path of Object.keys(found)) {
      const current = told(asText(path.split(".").reduce(own, merged)));
      const others = new Map(found[path].map((/** @type {any} */ value) => [told(value), value]));
      others.delete(current);
      if (others.size) kept[path] = sorted(Array.from(others.keys())).map((text) => others.get(text));
    }
    return kept;
  }

  /** @param {Part[]} blocks */
  function keys(...blocks) {
    return Array.from(new Set(blocks.flatMap((block) => Object.keys(block))));
  }

  /** Merge others into a dossier, in place. @param {Dossier} dossier @param {Dossier[]} others */
  function mergeInto(dossier, others) {
    const merged = others.reduce(merge, dossier);
    Object.keys(dossier).forEach((name) => delete dossier[name]);
    Object.assign(dossier, merged);
  }

  return { merge, mergeInto };
})();

// In Node, where both sides are compared.
if (typeof module === "object" && module.exports) module.exports = boussoleMerging;
