import * as z from 'zod/mini';
import { adaptiveAttributes, adaptiveOperations, adaptiveShape, adaptiveWindows } from './shared/adaptive.ts';
import { defineLayer } from './layer.ts';
import { kerasAdaptivePool, maximumPooling } from './shared/keras.ts';
import type { Shape } from '../core/shape.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import type { OnnxResult } from './shared/onnx/result.ts';
import { maximumPool } from './shared/onnx/pooling.ts';
import { mixAxes, type Mixing } from './shared/onnx/resampling.ts';

/** Largest value under windows chosen so that the output has the wanted size. Source: torch.nn.AdaptiveMaxPool2d. */
export const adaptive_maxpool2d = defineLayer({
  kind: 'adaptive_maxpool2d',
  family: 'pool',
  stem: 'pool',
  takesMaxima: true,
  attributes: z.strictObject(adaptiveAttributes),
  global: true,
  shape: ({ attributes, inputs }) => adaptiveShape('adaptive_maxpool2d', attributes, inputs[0]),
  elementwise: ({ inputs, output }) => adaptiveOperations(inputs[0], output),
  keras: ({ inputs, output }) => kerasAdaptivePool('adaptive_maxpool2d', maximumPooling, inputs[0], output),
  onnx: (g, { inputs: [x], output }) => onnxAdaptiveMaximum(g, x, output),
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, saves: [x], byproducts: [{ shape: output, type: 'int64' }] }),
});

/**
 * Windows of different lengths are made equal by repeating each one's last pixel, which changes no maximum; then they
 * tile the image so enlarged.
 */
function onnxAdaptiveMaximum(g: OnnxGraph, x: Tensor, output: Shape): OnnxResult {
  const [rows, columns] = [repeated(x.shape[2]!, output[2]!), repeated(x.shape[3]!, output[3]!)];
  const kernel = [rows.length / output[2]!, columns.length / output[3]!] as const;
  const window = { kernel, stride: kernel, dilation: [1, 1], before: [0, 0], after: [0, 0] } as const;
  const take = (from: Tensor, places: readonly number[], axis: number) =>
    g.run(
      'Gather',
      [from, g.constant(places, 'int64', [places.length])],
      from.shape.with(axis, places.length),
      { axis },
    );
  const enlarged = take(take(x, rows, 2), columns, 3);
  const pooled = maximumPool(g, enlarged, window, output);
  return {
    output: pooled.output,
    backward(gradient) {
      const [back] = pooled.backward(gradient).inputs;
      const counts = [counting(rows, x.shape[2]!), counting(columns, x.shape[3]!)] as const;
      return { inputs: [mixAxes(g, back, ...counts).output] };
    },
  };
}

/** The pixels under each window, one window after the other, filled up to the longest. */
function repeated(size: number, windows: number): number[] {
  const all = adaptiveWindows(size, windows);
  const longest = Math.max(...all.map(([start, end]) => end - start));
  return all.flatMap(([start, end]) =>
    Array.from({ length: longest }, (_, i) => Math.min(start + i, end - 1)),
  );
}

/** Adds what was taken from a pixel back to it. */
const counting = (places: readonly number[], size: number): Mixing =>
  Array.from({ length: size }, (_, pixel) => places.map((place) => (place === pixel ? 1 : 0)));
