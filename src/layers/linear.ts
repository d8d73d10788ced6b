import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import { flag, integer } from './shared/attributes.ts';
import { divide } from './shared/channels.ts';
import { checkRank } from './shared/dimension.ts';
import { matrixAndBias } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { fused } from './shared/keras-tape.ts';
import { runLinear } from './shared/linear.ts';
import { kerasInitializers, notInKeras } from './shared/keras.ts';
import { matmul, reshape, sum } from './shared/onnx/arithmetic.ts';

const attributes = z.strictObject({
  in_features: z.optional(integer(1)),
  out_features: integer(1),
  bias: flag(true),
});

/** Fully connected layer over the last dimension. Source: torch.nn.Linear. */
export const linear = defineLayer({
  kind: 'linear',
  family: 'linear',
  stem: 'fc',
  attributes,
  global: true,
  shape({ attributes: a, inputs }) {
    const input = inputs[0];
    checkRank('linear', input, 1);
    const actual = input.at(-1)!;
    if (a.in_features !== undefined && a.in_features !== actual) {
      throw new VggError('features-mismatch', { expected: a.in_features, actual });
    }
    return [...input.slice(0, -1), a.out_features];
  },
  weights: ({ attributes: a, inputs: [x] }) =>
    matrixAndBias([a.out_features, x.at(-1)!], a.bias && a.out_features),
  macs: ({ inputs, output }) => product([elements(output), inputs[0].at(-1)!], 'the number of MACs'),
  // Only convolutions are thinned; a declared width follows the channels that come in.
  thin: (a, { ratio, inputThinned }) => ({
    attributes:
      a.in_features !== undefined && inputThinned ? { ...a, in_features: divide(a.in_features, ratio) } : a,
    thinned: false,
  }),
  keras({ attributes: a, inputs }) {
    if (inputs[0].length === 4) notInKeras('linear', 'an N×C×H×W input, whose last dimension is the width');
    return [
      {
        class_name: 'Dense',
        tape: fused,
        config: { units: a.out_features, use_bias: a.bias, ...kerasInitializers },
        weights: [{ name: 'weight', axes: [1, 0] }, ...(a.bias ? [{ name: 'bias' }] : [])],
      },
    ];
  },
  onnx(g, { inputs: [x], weights: { weight, bias }, output }) {
    const [outFeatures, features] = weight.shape as readonly [number, number];
    const rows = reshape(g, x, [elements(x.shape) / features, features]);
    const count = rows.shape[0]!;
    const y = g.run('Gemm', [rows, weight, bias], [count, outFeatures], { transB: 1 });
    return {
      output: reshape(g, y, output),
      backward(gradient, [needed]) {
        const flat = reshape(g, gradient, y.shape);
        return {
          inputs: [needed ? reshape(g, matmul(g, flat, weight), x.shape) : undefined],
          weights: {
            weight: { transposed: flat, by: rows },
            ...(bias && { bias: reshape(g, sum(g, flat, [0]), bias.shape) }),
          },
        };
      },
    };
  },
  execute: (operators, { inputs: [x], weights: { weight, bias }, output }) =>
    runLinear(operators, x, weight, bias, output),
});
