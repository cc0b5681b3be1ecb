/**
 * Assess with `assessment.js` what a test gives on standard input, and tell everything on standard output.
 *
 * In: `{rules: [Rules], jobs: [{rules: rank, answers, targets}]}`. Out: for each job, the assessment and its changes by target.
 */
// @ts-check
"use strict";

const { readFileSync } = require("fs");
const { compile, assess, changes } = require("../src/boussole/static/assessment.js");

const { rules, jobs } = JSON.parse(readFileSync(0, "utf8"));
const forests = rules.map(compile);

/** @param {{rules: number, answers: Object<string, any>, targets: string[]}} job */
function run(job) {
  const forest = forests[job.rules];
  const found = job.targets.map((target) => ({ [target]: changes(forest, job.answers, target) }));
  return Object.assign({}, assess(forest, job.answers), { changes: Object.assign({}, ...found) });
}

process.stdout.write(JSON.stringify(jobs.map(run)));
