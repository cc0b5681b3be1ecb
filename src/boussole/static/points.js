// @ts-check
/**
 * The algebra with points: what a weighted sum may still be while answers are missing, what weighs in it, what would lower it.
 *
 * Twin of `points.py`: the same names, the same results (`tests/test_points.py`). Whole numbers only: nothing is rounded here.
 *
 * @typedef {{name: string, weight: number, offered: number[], possible: number[], open: boolean}} Item
 *   A question: how much it weighs, the points it offers, those still possible; `open` while nobody answered it.
 */
"use strict";

// eslint-disable-next-line no-var
var boussolePoints = (function () {
  /** What a question adds at least. @param {Item} item */
  function least(item) {
    return item.weight * Math.min(...item.possible);
  }

  /** What it adds at most. @param {Item} item */
  function most(item) {
    return item.weight * Math.max(...item.possible);
  }

  /** How much less it would add, at its best. @param {Item} item */
  function gain(item) {
    return most(item) - item.weight * Math.min(...item.offered);
  }

  /** Every sum that the answers still allow, from the lowest to the highest: each question counts alone. @param {Item[]} items */
  function totals(items) {
    let reached = new Set([0]);
    for (const item of items) {
      const next = new Set();
      reached.forEach((total) => item.possible.forEach((points) => next.add(total + item.weight * points)));
      reached = next;
    }
    return Array.from(reached).sort((one, other) => one - other);
  }

  /** The answered questions that add most, the heaviest first. @param {Item[]} items @param {number} [count] */
  function heaviest(items, count) {
    const answered = items.filter((item) => !item.open && most(item));
    return answered.sort((one, other) => most(other) - most(one)).slice(0, count === undefined ? 3 : count);
  }

  /** The answered questions that a better answer would lower, the largest gain first. @param {Item[]} items */
  function gains(items) {
    return items.filter((item) => !item.open && gain(item)).sort((one, other) => gain(other) - gain(one));
  }

  /** The questions left to answer, first those whose answer may move the sum most. @param {Item[]} items */
  function unknown(items) {
    const spread = (/** @type {Item} */ item) => most(item) - least(item);
    return items.filter((item) => item.open).sort((one, other) => spread(other) - spread(one));
  }

  /** The fewest answers to better for the sum to be at most a limit; null when it cannot be. @param {Item[]} items @param {number} limit */
  function fewest(items, limit) {
    let total = items.reduce((sum, item) => sum + most(item), 0);
    const changed = [];
    for (const item of gains(items)) {
      if (total <= limit) break;
      total -= gain(item);
      changed.push(item);
    }
    return total <= limit ? changed : null;
  }

  return { totals, heaviest, gains, unknown, fewest, gain };
})();

// In Node, where both sides are compared.
if (typeof module === "object" && module.exports) module.exports = boussolePoints;
