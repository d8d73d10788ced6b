import * as z from 'zod/mini';
import { elements, product } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import { flag } from './shared/attributes.ts';
import { scaleAndShift } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { given } from './shared/normalization.ts';
import { checkNormalized, normalized, normalizedShape, thinNormalized } from './shared/normalized-shape.ts';
import {
  divide,
  elementwise,
  mean,
  multiply,
  reshape,
  shift,
  subtract,
  sumTo,
} from './shared/onnx/arithmetic.ts';

/** torch.finfo(torch.float32).eps, which stands where none is given. */
const SMALLEST = 2 ** -23;

const attributes = z.strictObject({
  normalized_shape: normalizedShape,
  eps: z.nullish(z.number().check(z.minimum(0))),
  elementwise_affine: flag(true),
});

/**
 * Divides by the root of the mean square over the last dimensions, those of `normalized_shape`; the last one when it is
 * left out. Source: torch.nn.RMSNorm.
 */
export const rms_norm = defineLayer({
  kind: 'rms_norm',
  family: 'norm',
  stem: 'norm',
  attributes,
  shape: ({ attributes: a, inputs: [x] }) => checkNormalized('rms_norm', a.normalized_shape, x),
  weights: ({ attributes: a, inputs: [x] }) => ({
    weight: scaleAndShift(normalized(a.normalized_shape, x), { scale: a.elementwise_affine, shift: false })
      .weight,
  }),
  // Square, sum and quotient, and the scale.
  elementwise: ({ attributes: a, output }) =>
    product([elements(output), a.elementwise_affine ? 4 : 3], 'the number of normalization operations'),
  thin: thinNormalized,
  // y = n·weight with n = x / r, and the gradient (g·weight − n · mean(g·weight·n)) / r
  onnx(g, { attributes: a, inputs: [x], weights: { weight }, output }) {
    const shape = normalized(a.normalized_shape, output);
    const axes = output.map((_, axis) => axis).slice(-shape.length);
    const root = elementwise(g, 'Sqrt', shift(g, mean(g, multiply(g, x, x), axes), a.eps ?? SMALLEST));
    const normal = divide(g, x, root);
    const scaled = (t: typeof x) => (weight ? multiply(g, t, reshape(g, weight, shape)) : t);
    return {
      output: scaled(normal),
      backward(gradient, [needed]) {
        const back = () => {
          const inner = scaled(gradient);
          const along = mean(g, multiply(g, inner, normal), axes);
          return divide(g, subtract(g, inner, multiply(g, normal, along)), root);
        };
        return {
          inputs: [needed ? back() : undefined],
          weights: { ...(weight && { weight: total(multiply(g, gradient, normal)) }) },
        };
      },
    };
    function total(t: typeof x) {
      const stretched: Shape = [...output.slice(0, -shape.length).map(() => 1), ...shape];
      return reshape(g, sumTo(g, t, stretched), shape);
    }
  },
  // CUDA has one kernel for all of it, which keeps the inverse root in full precision.
  execute: (operators, { attributes: a, inputs: [x], weights: { weight }, output }) =>
    operators.run({
      inputs: given(x, weight),
      output,
      saves: given(x, weight),
      layout: 'contiguous',
      byproducts: [{ shape: output.slice(0, -(a.normalized_shape?.length ?? 1)), type: 'float32' }],
      autocast: 'float32',
    }),
});
