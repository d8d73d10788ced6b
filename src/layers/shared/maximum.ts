import type { Execution } from '../layer.ts';
import type { Operators, Value } from './operators.ts';
import { asImages } from './view.ts';
import type { Rank } from './window.ts';

/** A pool that keeps what came in and which elements it chose. */
export const executeMaximum =
  (rank: Rank) =>
  (operators: Operators, { inputs: [x], output }: Pick<Execution<unknown>, 'inputs' | 'output'>): Value => {
    const pool = (from: Value, to: Value['shape']) =>
      operators.run({
        inputs: [from],
        output: to,
        saves: [from],
        byproducts: [{ shape: to, type: 'int64' }],
      });
    return rank === 1 ? asImages(operators, x, output, pool) : pool(x, output);
  };
