import * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { onnxNoise } from './shared/onnx/noise.ts';
import type { Byproduct } from './shared/operators.ts';
import { spatial } from './shared/spatial.ts';
import type { Rank } from './shared/window.ts';

const attributes = z.strictObject({
  p: z._default(z.number().check(z.minimum(0), z.maximum(1)), 0.5),
  inplace,
});

/** Zeroes elements with probability `p` in training; the identity at inference. Source: torch.nn.Dropout. */
export const dropout = defineLayer({
  kind: 'dropout',
  family: 'dropout',
  stem: 'drop',
  attributes,
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

/**
 * Zeroes whole channels with probability `p` in training: a multiplication by a number for each. Source:
 * torch.nn.Dropout1d, Dropout2d, Dropout3d.
 */
function channelDropout(rank: Rank) {
  const kind = `dropout${rank}d`;
  return defineLayer({
    kind,
    family: 'dropout',
    stem: 'drop',
    attributes,
    shape({ inputs }) {
      spatial(inputs[0], kind, rank);
      return inputs[0];
    },
    onnx: (g, { attributes: { p }, inputs: [x], output }) => onnxNoise(g, x, eachChannel(output), p),
    execute(operators, { attributes: { p, inplace }, inputs: [x], output }) {
      if (!operators.training || p === 0) return x;
      return operators.run({
        inputs: [x],
        output: inplace ? { overwrites: x } : output,
        byproducts: [{ shape: p === 1 ? [] : eachChannel(output) }],
      });
    },
  });
}

export const dropout1d = channelDropout(1);
export const dropout2d = channelDropout(2);
export const dropout3d = channelDropout(3);

const eachChannel = (shape: Shape): Shape => shape.map((size, axis) => (axis < 2 ? size : 1));
