/**
 * One comparison: `problems` empty means that both sides agree.
 * @typedef {{ readonly name: string, readonly problems: readonly string[] }} Outcome
 */

/** Collects what differs. Lists of problems are cut where they would only repeat themselves. */
export function collect(name) {
  const problems = [];
  return {
    /** Notes a problem unless the two are equal as JSON. */
    equal(what, ours, theirs) {
      const [a, b] = [JSON.stringify(ours), JSON.stringify(theirs)];
      if (a !== b) problems.push(`${what}: ours ${a}, theirs ${b}`);
      return a === b;
    },
    problem: (text) => problems.push(text),
    /** @returns {Outcome} */
    outcome: () => ({ name, problems: brief(problems) }),
  };
}

const SHOWN = 8;

function brief(problems) {
  if (problems.length <= SHOWN) return problems;
  return [...problems.slice(0, SHOWN), `and ${problems.length - SHOWN} more`];
}
