import * as z from 'zod/mini';
import { flag } from './shared/attributes.ts';
import { scaleAndShift } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { epsilon, given, normalizationOperations } from './shared/normalization.ts';
import { checkNormalized, normalized, normalizedShape, thinNormalized } from './shared/normalized-shape.ts';
import { normalizeGroups } from './shared/onnx/normalization.ts';

const attributes = z.strictObject({
  normalized_shape: normalizedShape,
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
  shape: ({ attributes: a, inputs: [x] }) => checkNormalized('layernorm', a.normalized_shape, x),
  weights: ({ attributes: a, inputs: [x] }) =>
    scaleAndShift(normalized(a.normalized_shape, x), { scale: a.elementwise_affine, shift: a.bias }),
  elementwise: ({ attributes: a, output }) => normalizationOperations(output, a.elementwise_affine),
  thin: thinNormalized,
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
