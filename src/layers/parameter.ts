import * as z from 'zod/mini';
import { elements } from '../core/arithmetic.ts';
import { integer } from './shared/attributes.ts';
import { constant, spread } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { none } from './shared/inputs.ts';

/**
 * A learnable tensor that layers read like any other: a class token, a position embedding, a layer scale. Its shape is
 * whole, without a batch. It first holds `value`, around which it is spread evenly with a standard deviation of `std`.
 * Source: torch.nn.Parameter.
 */
export const parameter = defineLayer({
  kind: 'parameter',
  family: 'join',
  stem: 'parameter',
  takes: none,
  attributes: z.strictObject({
    shape: z.array(integer(1)),
    value: z._default(z.number(), 0),
    std: z._default(z.number().check(z.minimum(0)), 0),
  }),
  shape({ attributes: { shape } }) {
    elements(shape);
    return shape;
  },
  // It has the very name of its node.
  weights: ({ attributes: { shape, value, std } }) => ({
    '': { shape, init: std === 0 ? constant(value) : spread(value, std) },
  }),
  onnx: (_, { weights: { '': weight } }) => ({
    output: weight,
    backward: (gradient) => ({ inputs: [], weights: { '': gradient } }),
  }),
  execute: (_, { weights: { '': weight } }) => weight,
});
