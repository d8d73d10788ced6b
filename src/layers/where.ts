import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { three } from './shared/inputs.ts';
import { broadcast } from './shared/join.ts';
import { sumTo, where as choose, zero } from './shared/onnx/arithmetic.ts';

/**
 * Of the second input where the first, of truth values, holds, and elsewhere of the third, sizes of 1 stretched. Source:
 * torch.where.
 */
export const where = defineLayer({
  kind: 'where',
  family: 'join',
  stem: 'where',
  takes: three,
  takesTypes: ['bool', 'float', 'float'],
  givesTypes: () => ['float'],
  attributes: z.strictObject({}),
  shape: ({ inputs }) => broadcast('where', inputs),
  onnx: (g, { inputs: [condition, a, b] }) => ({
    output: choose(g, condition, a, b),
    backward: (gradient, [, ofFirst, ofSecond]) => ({
      inputs: [
        undefined,
        ofFirst ? sumTo(g, choose(g, condition, gradient, zero(g)), a.shape) : undefined,
        ofSecond ? sumTo(g, choose(g, condition, zero(g), gradient), b.shape) : undefined,
      ],
    }),
  }),
  execute: (operators, { inputs: [condition, a, b], output }) =>
    operators.run({
      inputs: [condition, a, b],
      output,
      saves: [condition],
      layout: 'elementwise',
      gradients: ['none', 'product', 'product'],
      resultType: b.type === 'float32' ? b.type : a.type,
      // The zero of the other side.
      backwardScratch: [[], [[]], [[]]],
    }),
});
