import { expanded } from '../../../core/layout.ts';
import { reordered, swap } from '../axes.ts';
import { runClamp, runProduct, runQuotient } from '../elementwise.ts';
import type { Operators, Value } from '../operators.ts';
import { runMatmul } from '../products.ts';
import { copied, inShape, partOf, viewAs } from '../view.ts';
import type { Version } from './run.ts';

/** Attention by the cosine between queries and keys, scaled by a learned number for each head. */
export const byCosine = (operators: Operators, logitScale: Value): Version => ({
  bias: (bias) => bias && withoutKeys(operators, bias),
  products(query, key) {
    const [q, k] = [normalized(operators, query), normalized(operators, key)];
    const turned = reordered(operators, k, swap(2, 3, k.shape));
    operators.release(k);
    const cosines = runMatmul(operators, q, turned, [...q.shape.slice(0, 3), key.shape[2]!]);
    operators.release(turned);
    operators.release(q);
    const limited = runClamp(operators, logitScale, 1);
    const factor = operators.run({
      inputs: [limited],
      output: limited.shape,
      saves: ['result'],
      autocast: 'float32',
    });
    operators.release(limited);
    const products = runProduct(operators, cosines, factor, cosines.shape);
    operators.release(cosines);
    return { products, held: [query, factor] };
  },
});

/** A copy of the bias of queries, keys and values in which that of keys is zero. */
function withoutKeys(operators: Operators, bias: Value): Value {
  const copy = copied(operators, bias);
  const keys = partOf(operators, copy, { shape: [bias.shape[0]! / 3], strides: bias.strides });
  operators.run({ inputs: [keys], output: { overwrites: keys } });
  operators.release(keys);
  return copy;
}

/** Each row divided by its length. Source: torch.nn.functional.normalize. */
function normalized(operators: Operators, x: Value): Value {
  const lengths = x.shape.with(-1, 1);
  const norm = operators.run({
    inputs: [x],
    output: lengths,
    saves: [x, 'result'],
    layout: 'contiguous',
    // x / norm, and where that is zero.
    backwardScratch: [[x.shape, { shape: lengths, type: 'bool' }]],
    autocast: 'float32Result',
  });
  const limited = runClamp(operators, norm, 1);
  operators.release(norm);
  const wide = viewAs(operators, limited, expanded(limited, x.shape), 'incoming');
  operators.release(limited);
  const result = runQuotient(operators, x, wide, x.shape);
  operators.release(wide);
  return result;
}

/** 16 times the sigmoid of each bias. */
export function squashed(operators: Operators, bias: Value): Value {
  const share = operators.run({ inputs: [bias], output: bias.shape, saves: ['result'] });
  operators.release(bias);
  const result = operators.run({ inputs: [share], output: bias.shape, layout: 'elementwise' });
  operators.release(share);
  return result;
}

/** A row for each relative position. */
export const asRows = (operators: Operators, table: Value): Value =>
  inShape(operators, table, [table.shape[1]! * table.shape[2]!, table.shape[3]!]);
