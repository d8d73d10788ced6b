/** @import { Outcome } from './types.ts' */

/**
 * Collects what differs. Lists of problems are cut where they would only repeat themselves.
 * @param {string} name
 */
export function collect(name) {
  /** @type {string[]} */
  const problems = [];
  return {
    /**
     * Notes a problem unless the two are equal as JSON.
     * @param {string} what
     * @param {unknown} ours
     * @param {unknown} theirs
     */
    equal(what, ours, theirs) {
      const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
      if (a !== b) problems.push(`${what}: ours ${a}, theirs ${b}`);
      return a === b;
    },
    /** @param {string} text */
    problem: (text) => problems.push(text),
    /** @returns {Outcome} */
    outcome: () => ({ name, problems: brief(problems) }),
  };
}

const SHOWN = 8;

/** @param {readonly string[]} problems */
function brief(problems) {
  if (problems.length <= SHOWN) return problems;
  return [...problems.slice(0, SHOWN), `and ${problems.length - SHOWN} more`];
}
