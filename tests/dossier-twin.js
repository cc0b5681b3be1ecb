/**
 * Do with `dossier.js` and `opening.js` what a test asks on standard input, and tell everything on standard output.
 *
 * In: `{doctrine, jobs: [{act, …}]}`. Out: for each job, what the act gives, or `{error}`.
 */
// @ts-check
"use strict";

const { readFileSync } = require("fs");
const statics = "../src/boussole/static/";
Object.assign(globalThis, {
  boussoleAssessment: require(statics + "assessment.js"),
  boussoleDossier: require(statics + "dossier.js"),
  boussoleOpening: require(statics + "opening.js"),
});
const [evaluator, dossiers, opening] = [globalThis.boussoleAssessment, globalThis.boussoleDossier, globalThis.boussoleOpening];

const { doctrine, jobs } = JSON.parse(readFileSync(0, "utf8"));
const forest = evaluator.compile(dossiers.rules(doctrine));

/** @type {Object<string, (job: any) => any>} */
const acts = {
  merge: ({ files }) => files.reduce((/** @type {any} */ one, /** @type {any} */ other) => dossiers.merge(one, other)),
  yaml: ({ file }) => opening.writeYaml(file),
  json: ({ file }) => opening.writeJson(file),
  read: ({ text, name }) => opening.read(text, name),
  check: ({ data }) => dossiers.check(doctrine, data),
  assess: ({ file }) => evaluator.assess(forest, file.answers || {}),
  disagreements: ({ file }) => evaluator.disagreements(forest, file.answers || {}),
  outdated: ({ file }) => dossiers.outdated(doctrine, file),
  unseen: ({ file }) => dossiers.unseen(doctrine, file),
  words: ({ text }) => [dossiers.clean(text), dossiers.slug(text)],
  stamp: ({ file, today }) => {
    dossiers.stamp(doctrine, forest, file, today);
    return file;
  },
  answer: ({ file, question, role, label, given, note, references }) => {
    const key = role ? dossiers.introduce(file, role, label) : dossiers.NO_ROLE;
    dossiers.answer(doctrine, file, question, key, given);
    dossiers.annotate(file, question, key, note);
    dossiers.attach(file, question, references);
    return dossiers.inOrder(file);
  },
  link: async ({ file }) => opening.decodeLink(await opening.encodeLink(doctrine, file)),
  unlink: ({ fragment }) => opening.decodeLink(fragment),
};

/** @param {any} job */
async function run(job) {
  try {
    return await acts[job.act](job);
  } catch (error) {
    return { error: /** @type {Error} */ (error).message };
  }
}

Promise.all(jobs.map(run)).then((told) => process.stdout.write(JSON.stringify(told)));
