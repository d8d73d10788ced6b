import { VggError } from '../../core/errors/error.ts';

const operators = ['==', '!=', '<=', '>=', '<', '>'] as const;
export type Operator = (typeof operators)[number];

/** What must hold: `params==128806154`. */
export interface Assertion {
  /** As it was written. */
  readonly text: string;
  readonly field: string;
  readonly operator: Operator;
  /** Right of the operator, as it was written. */
  readonly value: string;
}

/** Throws `bad-assertion` unless the text is a field, an operator and a value. */
export function parseAssertion(text: string): Assertion {
  const match = /^\s*([^\s=!<>]+)\s*([=!<>]+)\s*([^\s=!<>].*?)\s*$/s.exec(text);
  if (!match) throw new VggError('bad-assertion', { text, problem: 'is not a comparison' });
  const [, field, written, value] = match;
  const operator = operators.find((known) => known === written);
  if (operator === undefined)
    throw new VggError('bad-assertion', { text, problem: `has no operator '${written}'` });
  return { text, field: field!, operator, value: value! };
}
