// @ts-check
/**
 * The algebra: what opinion some answers lead to, why, what is missing, what would change it.
 *
 * Twin of `assessment.py`: the same walk, the same names, the same results (`tests/conformance`).
 *
 * Levels are ranks and sets of levels are bit masks: bit 0 is the best opinion. A question holds a mask of the options still
 * possible. The opinion of a complete dossier is the worst effect among the questions asked; over masks, one walk of the
 * forest gives the exact set of opinions still attainable, because two branches never share a question.
 *
 * @typedef {{id: string, effect: string, justify?: boolean, min?: number, max?: number}} OptionRule
 * @typedef {{
 *   id: string, section: string, when?: Object<string, string[]>, options: OptionRule[], numeric?: boolean
 * }} QuestionRule
 * @typedef {{scale: string[], questions: QuestionRule[]}} Rules  What `Doctrine.rules` holds.
 *
 * @typedef {{
 *   id: string, section: number, options: string[], effects: number[], bands: OptionRule[], parent: number, via: number,
 *   children: number[][], dependents: number[]
 * }} Node  A question: `children[o]` are asked when option `o` is held, `dependents` are all of them.
 * @typedef {{
 *   nodes: Node[], index: Map<string, number>, order: number[], roots: number[], levels: string[], sections: string[]
 * }} Forest  Every question, in the order of the source; `order` lists parents before children.
 *
 * @typedef {Object<string, any>} Answers
 *   By question: an option, several in an array, a number or its text when the question is numeric, "nsp" (nobody knows), or an
 *   object from role to any of these. Roles are not checked: the rules do not name them.
 * @typedef {number[]} Held  For each question of the forest, the mask of its options still possible; never 0.
 * @typedef {{question: string, option: string}} Reason
 * @typedef {{question: string, options: string[], alternatives: string[]}} Change
 * @typedef {{
 *   question: string, attainable: Object<string, string[]>, settled: boolean, matters: boolean, outweighed: boolean,
 *   contradicted: boolean
 * }} Disagreement  `outweighed` when it does not matter only because other answers weigh as much; `contradicted` when merged dossiers
 *   hold several outcomes of the discussion, which settle nothing.
 * @typedef {{question: string, answer: any}} Unknown
 * @typedef {{
 *   attainable: string[], opinion: string | null, findings: Object<string, string[]>, reasons: Reason[], missing: string[],
 *   ignored: string[], asked: string[], possible: string[], completions: string, unknown: Unknown[]
 * }} Assessment  `completions` is a decimal number, counted when it is read.
 */
"use strict";

// `var` makes a property of `window`, and can be met twice on a page without an error.
// eslint-disable-next-line no-var
var boussoleAssessment = (function () {
  const NSP = "nsp"; // "ne sait pas": recorded in a dossier, takes no position, is never an option
  const ACCORD = "accord"; // in place of who answers: the outcome of a discussion, held instead of the positions it settles
  const MOST_OPTIONS = 30; // masks are 32-bit integers here, and the sign is left alone

  // -- the forest ------------------------------------------------------------------------------------------------------

  /**
   * The forest of some rules, to be built once and assessed many times. The rules are sound, as those of a loaded doctrine.
   *
   * @param {Rules} rules
   * @returns {Forest}
   */
  function compile(rules) {
    const index = new Map(rules.questions.map((rule, place) => /** @type {[string, number]} */ ([rule.id, place])));
    const sections = Array.from(new Set(rules.questions.map((rule) => rule.section)));
    const nodes = rules.questions.map((rule) => bareNode(rule, rules, index, sections));
    nodes.forEach((node, place) => link(nodes, node, place));
    const roots = places(nodes, (place) => nodes[place].parent < 0);
    return { nodes, index, order: parentsFirst(nodes, roots), roots, levels: rules.scale, sections };
  }

  /**
   * A question that does not know yet which ones depend on it.
   *
   * @param {QuestionRule} rule
   * @param {Rules} rules
   * @param {Map<string, number>} index
   * @param {string[]} sections
   * @returns {Node}
   */
  function bareNode(rule, rules, index, sections) {
    if (rule.options.length > MOST_OPTIONS) {
      throw new RangeError(rule.id + ": " + rule.options.length + " options, at most " + MOST_OPTIONS);
    }
    const [above, accepted] = rule.when ? Object.entries(rule.when)[0] : ["", []];
    const parent = rule.when ? /** @type {number} */ (index.get(above)) : -1;
    const parentOptions = rule.when ? rules.questions[parent].options.map((option) => option.id) : [];
    return {
      id: rule.id,
      section: sections.indexOf(rule.section),
      options: rule.options.map((option) => option.id),
      effects: rule.options.map((option) => rules.scale.indexOf(option.effect)),
      bands: rule.numeric ? rule.options : [],
      parent,
      via: parentOptions.reduce((mask, option, rank) => mask | (accepted.includes(option) ? 1 << rank : 0), 0),
      children: rule.options.map(() => []),
      dependents: [],
    };
  }

  /**
   * Tell the parent of a question which of its options ask it.
   *
   * @param {Node[]} nodes
   * @param {Node} node
   * @param {number} place
   */
  function link(nodes, node, place) {
    if (node.parent < 0) return;
    const parent = nodes[node.parent];
    parent.dependents.push(place);
    for (const option of heldOptions(parent, node.via)) parent.children[option].push(place);
  }

  /**
   * @param {Node[]} nodes
   * @param {number[]} roots
   */
  function parentsFirst(nodes, roots) {
    const order = [];
    const waiting = roots.slice().reverse();
    while (waiting.length) {
      const place = /** @type {number} */ (waiting.pop());
      order.push(place);
      waiting.push(...nodes[place].dependents.slice().reverse());
    }
    return order;
  }

  // -- masks -----------------------------------------------------------------------------------------------------------

  /**
   * `{max(a, b) : a in one, b in other}` on masks: keep of each side what is at least the other's best.
   *
   * @param {number} one
   * @param {number} other
   */
  function join(one, other) {
    return (one & -(other & -other)) | (other & -(one & -one));
  }

  /** @param {number[]} masks */
  function joinAll(masks) {
    return masks.reduce(join, 1);
  }

  /**
   * For each mask, the join of all the others, in two passes.
   *
   * @param {number[]} masks
   */
  function joinsWithout(masks) {
    const before = [1];
    const after = [1];
    for (const mask of masks) before.push(join(before[before.length - 1], mask));
    for (const mask of masks.slice().reverse()) after.push(join(after[after.length - 1], mask));
    return masks.map((_, place) => join(before[place], after[masks.length - 1 - place]));
  }

  /**
   * How many bits a mask has.
   *
   * @param {number} mask
   */
  function bitCount(mask) {
    let bits = 0;
    for (let left = mask; left; left &= left - 1) bits += 1;
    return bits;
  }

  /**
   * The options a mask holds.
   *
   * @param {Node} node
   * @param {number} mask
   */
  function heldOptions(node, mask) {
    const found = [];
    for (let option = 0; option < node.options.length; option++) if ((mask >> option) & 1) found.push(option);
    return found;
  }

  /**
   * @param {Forest} forest
   * @param {number} mask
   */
  function names(forest, mask) {
    return forest.levels.filter((_, rank) => (mask >> rank) & 1);
  }

  /**
   * The places of the questions that are as wanted, in the order of the source.
   *
   * @param {Node[]} nodes
   * @param {(place: number) => boolean} wanted
   */
  function places(nodes, wanted) {
    return nodes.map((_, place) => place).filter(wanted);
  }

  // -- the walk --------------------------------------------------------------------------------------------------------

  /**
   * The levels attained by the dossiers that agree with what is held, as a mask.
   *
   * @param {Forest} forest
   * @param {Held} held
   * @param {number} [section]  The only one whose effects count, if one is given.
   */
  function attain(forest, held, section) {
    const { reach } = climb(forest, held, section);
    return joinAll(forest.roots.map((root) => reach[root]));
  }

  /**
   * What each branch attains over the options held by its question, and by each of its options, held or not.
   *
   * @param {Forest} forest
   * @param {Held} held
   * @param {number} [section]
   */
  function climb(forest, held, section = -1) {
    const reach = forest.nodes.map(() => 0);
    /** @type {number[][]} */
    const under = forest.nodes.map(() => []);
    for (const place of forest.order.slice().reverse()) {
      const node = forest.nodes[place];
      const counted = section === -1 || section === node.section;
      under[place] = node.effects.map((effect, option) => {
        return node.children[option].reduce((attained, child) => join(attained, reach[child]), counted ? 1 << effect : 1);
      });
      for (const option of heldOptions(node, held[place])) reach[place] |= under[place][option];
    }
    return { reach, under };
  }

  /** One walk up the forest for what each branch attains, then one walk down for what the rest attains around it. */
  class Walk {
    /**
     * @param {Forest} forest
     * @param {Held} held
     */
    constructor(forest, held) {
      this.forest = forest;
      this.held = held;
      const { reach, under } = climb(forest, held);
      this.reach = reach;
      this.under = under;
      /** @type {number[]} What everything outside the branch of a question attains when it is asked; 0 when it cannot be. */
      this.rest = forest.nodes.map(() => 0);
      /** @type {number[]} The opinions attained by the dossiers where a question is not asked. */
      this.without = forest.nodes.map(() => 0);
      /** @type {boolean[]} Whether a question is asked whatever the open ones become. */
      this.certain = forest.nodes.map(() => true);
      this.descend();
    }

    descend() {
      const { nodes, order, roots } = this.forest;
      const others = joinsWithout(roots.map((root) => this.reach[root]));
      roots.forEach((root, rank) => (this.rest[root] = others[rank]));
      for (const place of order) this.descendBelow(place, nodes[place]);
    }

    /**
     * @param {number} place
     * @param {Node} node
     */
    descendBelow(place, node) {
      for (const child of node.dependents) {
        this.without[child] = this.without[place];
        this.certain[child] = this.certain[place] && !(this.held[place] & ~this.forest.nodes[child].via);
      }
      if (!this.rest[place]) return;
      for (const option of heldOptions(node, this.held[place])) this.descendInto(place, node, option);
    }

    /**
     * Share among the children of a question what its other branches attain when it holds `option`.
     *
     * @param {number} place
     * @param {Node} node
     * @param {number} option
     */
    descendInto(place, node, option) {
      const around = join(this.rest[place], 1 << node.effects[option]);
      const asked = node.children[option];
      const others = joinsWithout(asked.map((child) => this.reach[child]));
      asked.forEach((child, rank) => (this.rest[child] |= join(around, others[rank])));
      const unasked = node.dependents.filter((child) => !asked.includes(child));
      for (const child of unasked) this.without[child] |= join(this.rest[place], this.under[place][option]);
    }

    /**
     * The opinions attained when a question holds one option, all else as it is.
     *
     * @param {number} place
     * @param {number} option
     */
    left(place, option) {
      return this.without[place] | join(this.rest[place], this.under[place][option]);
    }

    /**
     * Whether a question may be asked.
     *
     * @param {number} place
     */
    possible(place) {
      return this.rest[place] !== 0;
    }

    /**
     * Whether the answer to a question that may be asked can change the opinion, all else equal.
     *
     * @param {number} place
     */
    moves(place) {
      const bestRest = this.rest[place] & -this.rest[place];
      return bitCount(join(bestRest, this.reach[place])) > 1;
    }
  }

  // -- the assessment --------------------------------------------------------------------------------------------------

  /**
   * Assess some answers. What does not exist is listed in `unknown` and takes no position: a page stays usable after its
   * doctrine has changed.
   *
   * @param {Forest} forest
   * @param {Answers} answers
   * @returns {Assessment}
   */
  function assess(forest, answers) {
    const { held, answered, unknown } = hold(forest, answers);
    const walk = new Walk(forest, held);
    const attainable = names(forest, attain(forest, held));
    const id = (/** @type {number} */ place) => forest.nodes[place].id;
    return {
      attainable,
      opinion: attainable.length === 1 ? attainable[0] : null,
      findings: findings(forest, held),
      reasons: reasons(walk, attainable[0]),
      missing: missing(walk).map(id),
      ignored: places(forest.nodes, (place) => !walk.possible(place) && answered.has(id(place))).map(id),
      asked: places(forest.nodes, (place) => walk.certain[place]).map(id),
      possible: places(forest.nodes, (place) => walk.possible(place)).map(id),
      get completions() {
        return count(forest, held);
      },
      unknown,
    };
  }

  /**
   * For each section, the opinions attainable if only its own effects counted.
   *
   * @param {Forest} forest
   * @param {Held} held
   */
  function findings(forest, held) {
    /** @type {Object<string, string[]>} */
    const found = {};
    forest.sections.forEach((name, section) => {
      found[name] = names(forest, attain(forest, held, section));
    });
    return found;
  }

  /**
   * The answers whose effect is the opinion's; while it is open, those that forbid a better one than the best attainable.
   * There is always one, unless the best opinion of the scale is attainable.
   *
   * @param {Walk} walk
   * @param {string} best  The best opinion attainable.
   */
  function reasons(walk, best) {
    const floor = walk.forest.levels.indexOf(best);
    /** @type {Reason[]} */
    const found = [];
    if (floor === 0) return found;
    for (const place of inOrder(blockers(walk.forest, walk.held, floor - 1))) {
      const node = walk.forest.nodes[place];
      const held = heldOptions(node, walk.held[place]);
      const least = Math.min(...held.map((option) => node.effects[option]));
      const weighing = held.filter((option) => node.effects[option] === least);
      found.push(...weighing.map((option) => ({ question: node.id, option: node.options[option] })));
    }
    return found;
  }

  /** @param {Set<number>} found */
  function inOrder(found) {
    return Array.from(found).sort((a, b) => a - b);
  }

  /**
   * The places of the open questions that can still move the opinion, most decisive first.
   *
   * A question can move it when two complete dossiers that differ only by it and what depends on it obtain different
   * opinions. Those surely asked come first; then those that leave the fewest opinions on average once answered.
   *
   * @param {Walk} walk
   */
  function missing(walk) {
    const { nodes } = walk.forest;
    const isOpen = (/** @type {number} */ place) => bitCount(walk.held[place]) > 1;
    const open = places(nodes, (place) => isOpen(place) && walk.possible(place) && walk.moves(place));
    const ranked = open.map((place) => ({ place, last: Number(!walk.certain[place]), left: averageLeft(walk, place) }));
    return ranked.sort((a, b) => a.last - b.last || a.left - b.left || a.place - b.place).map((item) => item.place);
  }

  /**
   * How many opinions remain once a question is answered, on average over the options held.
   *
   * @param {Walk} walk
   * @param {number} place
   */
  function averageLeft(walk, place) {
    const held = heldOptions(walk.forest.nodes[place], walk.held[place]);
    const left = held.map((option) => bitCount(walk.left(place, option)));
    return left.reduce((sum, opinions) => sum + opinions, 0) / left.length;
  }

  /**
   * How many complete dossiers agree with what is held, in decimal digits: the same walk with (×, Σ). Empty in a browser that
   * has no `BigInt`: a rounded count would be false.
   *
   * @param {Forest} forest
   * @param {Held} held
   */
  function count(forest, held) {
    if (typeof BigInt === "undefined") return "";
    const one = BigInt(1);
    const below = forest.nodes.map(() => one);
    const product = (/** @type {number[]} */ asked) => asked.reduce((dossiers, place) => dossiers * below[place], one);
    for (const place of forest.order.slice().reverse()) {
      const node = forest.nodes[place];
      below[place] = heldOptions(node, held[place]).reduce((sum, option) => sum + product(node.children[option]), BigInt(0));
    }
    return product(forest.roots).toString();
  }

  // -- what would change the opinion -----------------------------------------------------------------------------------

  /**
   * The answers to change to reach `target` or better: those whose every held effect is worse. Empty when it is attainable as
   * things stand. Throws a `RangeError` when `target` is not on the scale.
   *
   * @param {Forest} forest
   * @param {Answers} answers
   * @param {string} target
   * @returns {Change[]}
   */
  function changes(forest, answers, target) {
    const level = forest.levels.indexOf(target);
    if (level < 0) throw new RangeError("not an opinion of the scale: " + target);
    const { held } = hold(forest, answers);
    const free = climb(forest, everything(forest)).under;
    const blocking = inOrder(blockers(forest, held, level));
    return blocking.map((place) => {
      const node = forest.nodes[place];
      return {
        question: node.id,
        options: heldOptions(node, held[place]).map((option) => node.options[option]),
        alternatives: node.options.filter((_, option) => free[place][option] & ((2 << level) - 1)),
      };
    });
  }

  /**
   * The questions that could still lead to worse than `target` once the answers of `changes` are changed: they may be asked, and
   * hold an option that is worse.
   *
   * @param {Forest} forest
   * @param {Answers} answers
   * @param {string} target
   */
  function unsettled(forest, answers, target) {
    const { held } = hold(forest, answers);
    for (const { question, alternatives } of changes(forest, answers, target)) {
      const place = /** @type {number} */ (forest.index.get(question));
      const { options } = forest.nodes[place];
      held[place] = alternatives.reduce((mask, name) => mask | (1 << options.indexOf(name)), 0) || held[place];
    }
    const walk = new Walk(forest, held);
    const isWorse = (/** @type {Node} */ node, /** @type {number} */ place) => {
      return walk.possible(place) && heldOptions(node, held[place]).some((option) => node.effects[option] > forest.levels.indexOf(target));
    };
    return forest.nodes.filter(isWorse).map((node) => node.id);
  }

  /**
   * The questions whose every held answer is worse than `target`, along the branches where they are the fewest.
   *
   * @param {Forest} forest
   * @param {Held} held
   * @param {number} target
   */
  function blockers(forest, held, target) {
    /** @type {Set<number>[]} */
    const below = forest.nodes.map(() => new Set());
    for (const place of forest.order.slice().reverse()) {
      const node = forest.nodes[place];
      const options = heldOptions(node, held[place]);
      const good = options.filter((option) => node.effects[option] <= target);
      const ways = (good.length ? good : options).map((option) => union(node.children[option].map((child) => below[child])));
      below[place] = ways.reduce((fewest, way) => (way.size < fewest.size ? way : fewest));
      if (!good.length) below[place].add(place);
    }
    return union(forest.roots.map((root) => below[root]));
  }

  /** @param {Set<number>[]} sets */
  function union(sets) {
    /** @type {Set<number>} */
    const all = new Set();
    for (const set of sets) set.forEach((item) => all.add(item));
    return all;
  }

  /**
   * Where people answer differently, or one person in several ways, in the order of the source: the opinions each option taken
   * would leave if it alone were held, whether that matters, and whether the discussion settled it.
   *
   * @param {Forest} forest
   * @param {Answers} answers
   * @returns {Disagreement[]}
   */
  function disagreements(forest, answers) {
    const { held } = hold(forest, answers);
    const { taken } = readAnswers(forest, answers);
    const walk = new Walk(forest, held);
    const apart = forest.nodes.map((_, place) => differing(taken.get(place) || { accord: 0, others: 0 }));
    return places(forest.nodes, (place) => bitCount(apart[place]) > 1).map((place) => {
      const node = forest.nodes[place];
      const options = heldOptions(node, apart[place]);
      const left = options.map((option) => walk.left(place, option));
      /** @type {Object<string, string[]>} */
      const attainable = {};
      options.forEach((option, rank) => (attainable[node.options[option]] = names(forest, left[rank])));
      const matters = new Set(left).size > 1;
      const alone = new Set(options.map((option) => walk.under[place][option]));
      const outweighed = !matters && walk.possible(place) && alone.size > 1;
      const outcomes = bitCount(/** @type {{accord: number}} */ (taken.get(place)).accord);
      return { question: node.id, attainable, settled: outcomes === 1, matters, outweighed, contradicted: outcomes > 1 };
    });
  }

  /** The options that people take, and those of the discussion when its outcomes differ. @param {{accord: number, others: number}} taken */
  function differing({ accord, others }) {
    return bitCount(accord) > 1 ? accord | others : others;
  }

  // -- from answers people wrote to what is held -----------------------------------------------------------------------

  /**
   * What is held: the outcome of the discussion, else the union of the positions taken; every option where nobody takes any.
   * And on which questions a position was taken.
   *
   * @param {Forest} forest
   * @param {Answers} answers
   */
  function hold(forest, answers) {
    const held = everything(forest);
    const { taken, unknown } = readAnswers(forest, answers);
    /** @type {Set<string>} */
    const answered = new Set();
    taken.forEach(({ accord, others }, place) => {
      if (!accord && !others) return;
      held[place] = accord || others;
      answered.add(forest.nodes[place].id);
    });
    return { held, answered, unknown };
  }

  /** @param {Forest} forest */
  function everything(forest) {
    return forest.nodes.map((node) => (1 << node.options.length) - 1);
  }

  /**
   * Understand answers as people write them: by question, the options of the outcome of the discussion and those of the
   * positions taken; 0 for `nsp`.
   *
   * @param {Forest} forest
   * @param {Answers} answers
   */
  function readAnswers(forest, answers) {
    /** @type {Map<number, {accord: number, others: number}>} */
    const taken = new Map();
    /** @type {Unknown[]} */
    const unknown = [];
    for (const [question, answer] of Object.entries(answers)) {
      const place = forest.index.get(question);
      if (place === undefined) {
        unknown.push({ question, answer });
        continue;
      }
      const said = isByRole(answer) && Object.keys(answer).length ? Object.entries(answer) : [["", answer]];
      const found = { accord: 0, others: 0 };
      for (const [who, given] of said) found[who === ACCORD ? "accord" : "others"] |= position(forest.nodes[place], given, unknown);
      taken.set(place, found);
    }
    return { taken, unknown };
  }

  /** @param {any} answer */
  function isByRole(answer) {
    return typeof answer === "object" && answer !== null && !Array.isArray(answer);
  }

  /**
   * The options of one position, as a mask; 0 for `nsp` and for what is unknown.
   *
   * @param {Node} node
   * @param {any} given
   * @param {Unknown[]} unknown  What is not understood is added to it.
   */
  function position(node, given, unknown) {
    const items = Array.isArray(given) && given.length ? given : [given];
    let mask = 0;
    for (const item of items) {
      const option = optionOf(node, item);
      if (option >= 0) mask |= 1 << option;
      else if (item !== NSP) unknown.push({ question: node.id, answer: item });
    }
    return mask;
  }

  /**
   * The option an answer names, or the band its number falls in; -1 when there is none.
   *
   * @param {Node} node
   * @param {any} given
   */
  function optionOf(node, given) {
    const named = node.options.indexOf(given);
    const number = named < 0 && node.bands.length ? readNumber(given) : null;
    return number === null ? named : bandOf(node.bands, number);
  }

  /**
   * The band a number falls in: up to `max`, included.
   *
   * @param {OptionRule[]} bands
   * @param {number} value
   */
  function bandOf(bands, value) {
    const [lowest] = bands;
    if (lowest.min !== undefined && value < lowest.min) return -1;
    return bands.findIndex((band) => band.max === undefined || value <= band.max);
  }

  // The same in `shapes.py`: digits of this script only, no exponent.
  const NUMBER = /^[+-]?[0-9]{1,15}(?:[.,][0-9]{1,30})?$/;
  const THOUSANDS = /([0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))/g;
  const EDGES = /^[ \t\n\r\u00a0\u202f]+|[ \t\n\r\u00a0\u202f]+$/g;

  /**
   * A number as people write it, French comma and spaces between thousands included; null when it is none.
   *
   * @param {any} given
   */
  function readNumber(given) {
    if (typeof given === "number") return given > -1e15 && given < 1e15 ? given : null;
    if (typeof given !== "string" || Array.from(given).length >= 60) return null;
    const text = given.replace(EDGES, "").replace(THOUSANDS, "$1");
    return NUMBER.test(text) ? Number(text.replace(",", ".")) : null;
  }

  return { compile, assess, changes, unsettled, disagreements };
})();

// In Node, where the shared cases are run too.
if (typeof module === "object" && module.exports) module.exports = boussoleAssessment;
