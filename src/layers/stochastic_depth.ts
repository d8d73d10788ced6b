import * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { onnxNoise } from './shared/onnx/noise.ts';

/**
 * Drops whole residual branches in training, for the batch or for each image; the identity at inference.
 * Source: torchvision.ops.StochasticDepth.
 */
export const stochastic_depth = defineLayer({
  kind: 'stochastic_depth',
  family: 'dropout',
  stem: 'drop',
  attributes: z.strictObject({
    p: z.number().check(z.minimum(0), z.maximum(1)),
    mode: z.enum(['batch', 'row']),
  }),
  shape: ({ inputs }) => inputs[0],
  onnx: (g, { attributes: { p, mode }, inputs: [x], output }) => onnxNoise(g, x, noiseShape(mode, output), p),
  execute(operators, { attributes: { p, mode }, inputs: [x], output }) {
    if (!operators.training || p === 0) return x;
    return operators.run({ inputs: [x], output, byproducts: [{ shape: noiseShape(mode, output) }] });
  },
});

const noiseShape = (mode: 'batch' | 'row', output: Shape): Shape =>
  output.map((size, axis) => (axis === 0 && mode === 'row' ? size : 1));
