import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { sameShape, type Shape } from '../core/shape.ts';
import { flag, integer } from './shared/attributes.ts';
import { checkRank } from './shared/dimension.ts';
import { scaleAndShift } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { epsilon, given, normalizationOperations, thinDeclared } from './shared/normalization.ts';
import { normalizeGroups } from './shared/onnx/normalization.ts';

const attributes = z.strictObject({
  normalized_shape: z.optional(
    z.pipe(
      z.union([integer(1), z.array(integer(1)).check(z.minLength(1))]),
      z.transform((value): readonly number[] => (typeof value === 'number' ? [value] : value)),
    ),
  ),
  eps: epsilon,
  elementwise_affine: flag(true),
  bias: flag(true),
});

/**
 * Normalizes over the last dimensions, those of `normalized_shape`; the last one when it is left out.
 * Source: torch.nn.LayerNorm.
 */
export const layernorm = defineLayer({
  kind: 'layernorm',
  family: 'norm',
  stem: 'ln',
  attributes,
  shape({ attributes: { normalized_shape: expected }, inputs }) {
    const input = inputs[0];
    checkRank('layernorm', input, 1);
    if (expected && !sameShape(expected, input.slice(-expected.length))) {
      throw new VggError('normalized-shape-mismatch', { expected, shape: input });
    }
    return input;
  },
  weights: ({ attributes: a, inputs: [x] }) =>
    scaleAndShift(normalized(a.normalized_shape, x), { scale: a.elementwise_affine, shift: a.bias }),
  elementwise: ({ attributes: a, output }) => normalizationOperations(output, a.elementwise_affine),
  // The channels come first in C×H×W and in features; H×W and W have none.
  thin: (a, thinning) => ({
    attributes:
      a.normalized_shape && a.normalized_shape.length !== 2
        ? {
            ...a,
            normalized_shape: [
              thinDeclared(a.normalized_shape[0], thinning)!,
              ...a.normalized_shape.slice(1),
            ],
          }
        : a,
    thinned: thinning.inputThinned,
  }),
  onnx(g, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
    const shape = normalized(a.normalized_shape, output);
    const axes = output.map((_, axis) => axis).slice(-shape.length);
    return normalizeGroups(g, x, { grouped: output, axes, eps: a.eps }, { weight, bias, shape });
  },
  execute(operators, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
    const statistics = output.slice(0, -(a.normalized_shape?.length ?? 1));
    return operators.run({
      inputs: given(x, weight, bias),
      output,
      saves: given(x, weight, bias),
      layout: 'contiguous',
      // Mean and inverse deviation, in full precision always.
      byproducts: [
        { shape: statistics, type: 'float32' },
        { shape: statistics, type: 'float32' },
      ],
      autocast: 'float32',
    });
  },
});

const normalized = (declared: Shape | undefined, input: Shape): Shape => declared ?? input.slice(-1);
