import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import { isContiguous } from '../core/layout.ts';
import type { Shape } from '../core/shape.ts';
import { flag, integer } from './shared/attributes.ts';
import { divide } from './shared/channels.ts';
import { matrixAndBias } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { fused } from './shared/keras-tape.ts';
import { kerasInitializers, notInKeras } from './shared/keras.ts';
import { matmul, reshape, sum } from './shared/onnx/arithmetic.ts';
import type { Operators, Value } from './shared/operators.ts';
import { inShape, unsafeView } from './shared/view.ts';

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
  execute(operators, { inputs: [x], weights: { weight, bias }, output }) {
    const [features] = output.slice(-1);
    if (output.length === 2) return multiply(operators, x, weight, bias, output);
    if (!isContiguous(x)) return multiplyCopied(operators, x, weight, bias, output);
    // More dimensions are laid into rows and back; without a bias autograd is not told of it. Source: at::linear.
    const rows = inShape(operators, x, [elements(x.shape) / x.shape.at(-1)!, x.shape.at(-1)!]);
    const products = multiply(operators, rows, weight, bias, [elements(output) / features!, features!]);
    const result = bias ? inShape(operators, products, output) : unsafeView(operators, products, output);
    operators.release(rows);
    operators.release(products);
    return result;
  },
});

/** Rows that lie apart are copied, and the bias is added to their products in place. Source: at::linear, at::matmul. */
function multiplyCopied(
  operators: Operators,
  given: Value,
  weight: Value,
  bias: Value | undefined,
  output: Shape,
): Value {
  const added = bias && operators.lower(bias);
  const matrix = operators.lower(weight);
  const x = operators.lower(given);
  const [features] = output.slice(-1) as [number];
  const rows = inShape(operators, x, [elements(x.shape) / x.shape.at(-1)!, x.shape.at(-1)!]);
  const products = multiply(operators, rows, matrix, undefined, [elements(output) / features, features]);
  const result = unsafeView(operators, products, output);
  operators.release(rows);
  operators.release(products);
  if (added) {
    const inputs = [result, added];
    operators.run({ inputs, output: { overwrites: result }, gradients: ['incoming', 'incoming'] });
  }
  for (const value of [x, matrix, ...(added ? [added] : [])]) operators.release(value);
  return result;
}

const multiply = (operators: Operators, x: Value, weight: Value, bias: Value | undefined, output: Shape) =>
  operators.run({
    inputs: [x, weight, ...(bias ? [bias] : [])],
    output,
    // Each factor is the other's gradient.
    saves: [
      { value: x, neededFor: weight },
      { value: weight, neededFor: x },
    ],
    layout: 'contiguous',
    autocast: 'lower',
  });
