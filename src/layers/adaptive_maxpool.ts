import * as z from 'zod/mini';
import { adaptiveAttributes, adaptiveOperations, adaptiveShape, adaptiveWindows } from './shared/adaptive.ts';
import { defineLayer } from './layer.ts';
import { kerasAdaptivePool, maximumPooling, onlyImages } from './shared/keras.ts';
import { executeMaximum } from './shared/maximum.ts';
import type { Shape } from '../core/shape.ts';
import { once } from '../core/once.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import type { OnnxResult } from './shared/onnx/result.ts';
import { maximumPool } from './shared/onnx/pooling.ts';
import { mixAxes } from './shared/onnx/resampling.ts';
import { places, takeAlong } from './shared/onnx/gather.ts';
import { everyAxis, type Rank } from './shared/window.ts';

/**
 * Largest value under windows chosen so that the output has the wanted size. Source: torch.nn.AdaptiveMaxPool1d,
 * AdaptiveMaxPool2d, AdaptiveMaxPool3d.
 */
function adaptive_maxpool(rank: Rank) {
  const kind = `adaptive_maxpool${rank}d`;
  const attributes = once(() => z.strictObject(adaptiveAttributes(rank)));
  return defineLayer({
    kind,
    family: 'pool',
    stem: 'pool',
    takesMaxima: true,
    get attributes() {
      return attributes();
    },
    global: true,
    shape: ({ attributes, inputs }) => adaptiveShape(kind, rank, attributes, inputs[0]),
    elementwise: ({ inputs, output }) => adaptiveOperations(inputs[0], output),
    keras({ inputs, output }) {
      onlyImages(kind, rank);
      return kerasAdaptivePool(kind, maximumPooling, inputs[0], output);
    },
    onnx: (g, { inputs: [x], output }) => onnxAdaptiveMaximum(g, x, output),
    execute: executeMaximum(rank),
  });
}

export const adaptive_maxpool1d = adaptive_maxpool(1);
export const adaptive_maxpool2d = adaptive_maxpool(2);
export const adaptive_maxpool3d = adaptive_maxpool(3);

/**
 * Windows of different lengths are made equal by repeating each one's last pixel, which changes no maximum; then they
 * tile the image so enlarged.
 */
function onnxAdaptiveMaximum(g: OnnxGraph, x: Tensor, output: Shape): OnnxResult {
  const size = x.shape.slice(2);
  const taken = size.map((side, axis) => repeated(side, output[axis + 2]!));
  const kernel = taken.map((pixels, axis) => pixels.length / output[axis + 2]!);
  const none = everyAxis(size.length, 0);
  const window = { kernel, stride: kernel, dilation: none.map(() => 1), before: none, after: none };
  const pooled = maximumPool(g, takeAlong(g, x, taken), window, output);
  return {
    output: pooled.output,
    backward(gradient) {
      const [back] = pooled.backward(gradient).inputs;
      return { inputs: [mixAxes(g, back, places(taken, size)).output] };
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
