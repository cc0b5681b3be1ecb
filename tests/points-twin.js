/**
 * Compute with `points.js` what a test gives on standard input: a list of `{items, limit}`. Out: for each, what Python says too.
 */
// @ts-check
"use strict";

const { readFileSync } = require("fs");
const { totals, heaviest, gains, unknown, fewest } = require("../src/boussole/static/points.js");

/** @param {any[] | null} items */
function names(items) {
  return items && items.map((item) => item.name);
}

const jobs = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(jobs.map((/** @type {any} */ job) => ({
  totals: totals(job.items),
  heaviest: names(heaviest(job.items)),
  gains: names(gains(job.items)),
  unknown: names(unknown(job.items)),
  fewest: names(fewest(job.items, job.limit)),
}))));
