import type { Operator } from '../call.ts';

/** Of a condition that is known, the branch that runs takes the node's place. */
export const condition: Operator = (call) => {
  const [truth] = call.numbers(0) ?? [];
  return truth === undefined ? undefined : call.run(truth === 0 ? 'else_branch' : 'then_branch');
};
