import { expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { GraphBuilder } from '../../../src/graph/builder.ts';
import { linear } from '../../../src/layers/linear.ts';
import { matmul } from '../../../src/layers/matmul.ts';
import { scaled_dot_product_attention } from '../../../src/layers/scaled_dot_product_attention.ts';

const input = (name: string, shape: readonly number[]) => ({ name, shape, type: 'float' as const });

/** Backward multiplications of the last layer, with a linear layer before each of the inputs that are named. */
function backward(learned: readonly string[], kind: 'matmul' | 'attention'): number {
  const names = kind === 'matmul' ? (['a', 'b'] as const) : (['q', 'k', 'v'] as const);
  const net = new GraphBuilder([...names] as [string, ...string[]]);
  const from = names.map((name) =>
    learned.includes(name) ? net.add(name, linear, { out_features: 4 }, { from: `@${name}` }) : `@${name}`,
  );
  if (kind === 'matmul') net.add('product', matmul, {}, { from });
  else net.add('product', scaled_dot_product_attention, {}, { from });
  const [first, ...others] = names.map((name) => input(name, kind === 'matmul' ? [4, 4] : [2, 4, 4]));
  const graph = net.build({ name: 'net', source: 'spec', inputs: [first!, ...others] });
  return analyze(graph, {}).layers.at(-1)!.backwardMacs;
}

test.each([
  [['a', 'b'], 2 * 64],
  [['a'], 64],
  [[], 0],
])('a product of matrices whose operands %j need gradients', (learned, macs) => {
  expect(backward(learned, 'matmul')).toBe(macs);
});

// Two heads of four steps and four channels: 128 multiplications for the scores and as many for the values.
test.each([
  [['q', 'k', 'v'], 4 * 128],
  [['v'], 128],
  [['q'], 2 * 128],
])('attention whose inputs %j need gradients', (learned, macs) => {
  expect(backward(learned, 'attention')).toBe(macs);
});
