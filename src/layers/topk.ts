import * as z from 'zod/mini';
import { elements } from '../core/arithmetic.ts';
import { VggError } from '../core/errors/error.ts';
import type { Shape } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { flag, integer } from './shared/attributes.ts';
import { dimension } from './shared/dimension.ts';

const attributes = z.strictObject({
  k: integer(1),
  dim: z._default(z.int(), -1),
  largest: flag(true),
  sorted: flag(true),
});

/** The `k` largest along `dim`, or the smallest, and as a second result their places. Source: torch.topk. */
export const topk = defineLayer({
  kind: 'topk',
  family: 'pool',
  stem: 'topk',
  attributes,
  global: true,
  givesTypes: () => ['float', 'int64'],
  shape: ({ attributes: a, inputs: [x] }) => chosen(a, x),
  others: ({ attributes: a, inputs: [x] }) => [chosen(a, x)],
  elementwise: ({ inputs: [x] }) => elements(x),
  execute: (operators, { inputs: [x], output }) =>
    operators.runAll({
      inputs: [x],
      output,
      others: [{ shape: output, type: 'int64' }],
      saves: ['others'],
      layout: 'contiguous',
    }),
});

/** Throws `no-such-dimension` and `bad-attribute`. */
function chosen({ k, dim }: z.output<typeof attributes>, x: Shape): Shape {
  const axis = dimension(dim, x);
  if (k > x[axis]!) {
    const problem = `must be at most ${x[axis]}, the size of the dimension`;
    throw new VggError('bad-attribute', { kind: 'topk', name: 'k', value: k, problem });
  }
  return x.with(axis, k);
}
