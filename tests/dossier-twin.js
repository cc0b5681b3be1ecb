/**
 * Do with dossiers and their files what a test asks on standard input, and tell everything on standard output.
 *
 * In: `{doctrine, jobs: [{act, …}]}`. Out: for each job, what the act gives, or `{error}`.
 */
// @ts-check
"use strict";

const { readFileSync } = require("fs");
const statics = "../src/boussole/static/";
/** @type {any} */
const here = globalThis;
// In their order: each reads the ones before as it begins.
for (const name of ["assessment", "dossier", "merging", "links", "opening", "saving"]) {
  here["boussole" + name[0].toUpperCase() + name.slice(1)] = require(statics + name + ".js");
}
const { boussoleAssessment: evaluator, boussoleDossier: dossiers, boussoleMerging: merging } = here;
const { boussoleLinks: links, boussoleOpening: opening, boussoleSaving: saving } = here;

const { doctrine, jobs } = JSON.parse(readFileSync(0, "utf8"));
const forest = evaluator.compile(dossiers.rules(doctrine));

/** @type {Object<string, (job: any) => any>} */
const acts = {
  forest: ({ rules }) => evaluator.compile(rules || dossiers.rules(doctrine)).nodes,
  merge: ({ files }) => files.reduce((/** @type {any} */ one, /** @type {any} */ other) => merging.merge(one, other)),
  yaml: ({ file }) => saving.writeYaml(file),
  json: ({ file }) => saving.writeJson(file),
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
  people: ({ file, role, labels }) => {
    const keys = labels.map((/** @type {string} */ label) => dossiers.introduce(file, role, label));
    return { keys, contributors: file.contributors };
  },
  link: async ({ file }) => links.decodeLink(await links.encodeLink(doctrine, file)),
  unlink: ({ fragment }) => links.decodeLink(fragment),
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
