import type { Operators, Value } from './operators.ts';

/** Products of matrices, one for each place of the first dimension. Source: torch.bmm. */
export const batchedProduct = (operators: Operators, a: Value, b: Value): Value =>
  operators.run({
    inputs: [a, b],
    output: [a.shape[0]!, a.shape[1]!, b.shape[2]!],
    // Each factor is the other's gradient.
    saves: [
      { value: a, neededFor: b },
      { value: b, neededFor: a },
    ],
    layout: 'contiguous',
    autocast: 'lower',
  });
