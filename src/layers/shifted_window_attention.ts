import { spread } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import type { OnnxGraph } from '../onnx/graph.ts';
import { matmul, scale, transpose, transposedMatmul } from './shared/onnx/arithmetic.ts';
import { onnxShiftedWindows, relativeBiases, type OnnxVersion } from './shared/onnx/windows.ts';
import { reordered, swap } from './shared/axes.ts';
import { runMatmul } from './shared/products.ts';
import { relativeBias, runShiftedWindows } from './shared/windows/run.ts';
import {
  indexOfPositions,
  positions,
  projections,
  windowAttributes,
  windowMacs,
  windowOperations,
  windowsOf,
} from './shared/windows/windows.ts';

const kind = 'shifted_window_attention';

/**
 * Attention inside windows of an image N×H×W×C, with a learned bias for each relative position. Source:
 * torchvision.models.swin_transformer.ShiftedWindowAttention.
 */
export const shifted_window_attention = defineLayer({
  kind,
  family: 'linear',
  stem: 'attention',
  attributes: windowAttributes,
  // What it sees is no window that slides over the image.
  global: true,
  shape({ attributes: a, inputs: [x] }) {
    windowsOf(kind, a, x);
    return x;
  },
  weights: ({ attributes: a, inputs: [x] }) => ({
    relative_position_bias_table: {
      shape: [positions(a.window_size), a.num_heads],
      init: spread(0, 0.02),
    },
    relative_position_index: indexOfPositions(a.window_size),
    ...projections(a, x.at(-1)!),
  }),
  macs: (applied) => windowMacs(kind, applied),
  elementwise: (applied) => windowOperations(kind, applied),
  onnx(g, { attributes: a, inputs: [x], weights }) {
    const windows = windowsOf(kind, a, x.shape);
    const biases = relativeBiases(g, weights.relative_position_bias_table, windows);
    const version = scaledVersion(g, (windows.channels / windows.heads) ** -0.5);
    const { output, backward } = onnxShiftedWindows(g, windows, a, x, {
      weights,
      relative: biases.output,
      version,
    });
    return {
      output,
      backward(gradient) {
        const all = backward(gradient);
        const table = biases.backward(all.relative);
        return { inputs: [all.input], weights: { ...all.weights, relative_position_bias_table: table } };
      },
    };
  },
  execute(operators, { attributes: a, inputs: [x], weights }) {
    const windows = windowsOf(kind, a, x.shape);
    const { relative_position_bias_table: table, relative_position_index: index } = weights;
    const relative = relativeBias(operators, table, index, windows.pixels);
    const result = runShiftedWindows(operators, windows, a, x, {
      weights,
      relative,
      version: {
        bias: (bias) => bias,
        products(q, key) {
          const query = operators.run({ inputs: [q], output: q.shape, layout: 'elementwise' });
          operators.release(q);
          const turned = reordered(operators, key, swap(2, 3, key.shape));
          const products = runMatmul(operators, query, turned, [...q.shape.slice(0, 3), windows.pixels]);
          operators.release(turned);
          return { products, held: [query] };
        },
      },
    });
    operators.release(relative);
    return result;
  },
});

/** Products of queries, scaled, and keys. */
const scaledVersion = (g: OnnxGraph, factor: number): OnnxVersion => ({
  bias: (bias) => ({ output: bias, backward: (gradient) => gradient }),
  products(q, key) {
    const query = scale(g, q, factor);
    return {
      output: matmul(g, query, transpose(g, key, [0, 1, 3, 2])),
      backward: (gradient) => ({
        query: scale(g, matmul(g, gradient, key), factor),
        key: transposedMatmul(g, gradient, query),
      }),
    };
  },
});
