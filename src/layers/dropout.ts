import * as z from 'zod/mini';
import { inplace } from './attributes.ts';
import { defineLayer } from './layer.ts';
import { onnxNoise } from './onnx/noise.ts';

/** Zeroes elements with probability `p` in training; the identity at inference. Source: torch.nn.Dropout. */
export const dropout = defineLayer({
  kind: 'dropout',
  family: 'dropout',
  stem: 'drop',
  attributes: z.strictObject({ p: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.5), inplace }),
  shape: ({ inputs }) => inputs[0]!,
  keras: ({ attributes: { p } }) => [{ class_name: 'Dropout', config: { rate: p } }],
  onnx: (g, { attributes: { p }, inputs: [x], output }) => onnxNoise(g, x!, output, p),
  execute(operators, { attributes: { p, inplace }, inputs: [x], output }) {
    if (!operators.training || p === 0) return x!;
    // Out of place one fused operator with a mask of bytes; in place a multiplication by noise of the input's type.
    return inplace
      ? operators.run({ inputs: [x!], output: { overwrites: x! }, byproducts: [{ shape: output }] })
      : operators.run({ inputs: [x!], output, byproducts: [{ shape: output, type: 'bool' }] });
  },
});
