import * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { onnxNoise } from './shared/onnx/noise.ts';
import type { Byproduct } from './shared/operators.ts';

/** Zeroes elements with probability `p` in training; the identity at inference. Source: torch.nn.Dropout. */
export const dropout = defineLayer({
  kind: 'dropout',
  family: 'dropout',
  stem: 'drop',
  attributes: z.strictObject({ p: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.5), inplace }),
  shape: ({ inputs }) => inputs[0],
  keras: ({ attributes: { p } }) => [
    {
      class_name: 'Dropout',
      config: { rate: p },
      // Ours draws the mask; a rate of 0 passes the input on.
      tape: (tape, { inputs: [x], output }) =>
        p === 0 ? x : tape.run({ inputs: [x], output, saves: [x], constants: output }),
    },
  ],
  onnx: (g, { attributes: { p }, inputs: [x], output }) => onnxNoise(g, x, output, p),
  execute(operators, { attributes: { p, inplace }, inputs: [x], output }) {
    if (!operators.training || p === 0) return x;
    return operators.run({
      inputs: [x],
      output: inplace ? { overwrites: x } : output,
      byproducts: [noise(p, inplace, output)],
    });
  },
});

/**
 * Out of place one fused operator with a mask of bytes; in place a multiplication by noise of the input's type; when
 * everything is dropped a multiplication by one zero. Source: aten/src/ATen/native/Dropout.cpp.
 */
function noise(p: number, inplace: boolean, output: Shape): Byproduct {
  if (p === 1) return { shape: [] };
  return inplace ? { shape: output } : { shape: output, type: 'bool' };
}
