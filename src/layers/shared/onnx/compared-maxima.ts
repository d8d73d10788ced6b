import type { Shape } from '../../../core/shape.ts';
import { coordinates, everyAxis, volume, type Window } from '../window.ts';
import { concat, multiply, pad, reshape, same, slice, transpose } from './arithmetic.ts';
import { convolveTransposed } from './convolution/image-gradient.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';

/** A max-pool that was run: the image within its borders, and what the pool gave. */
export interface Pooled {
  readonly padded: Tensor;
  readonly y: Tensor;
  readonly window: Window;
}

/**
 * The gradient of the image within its borders, where the pool does not tell which elements it chose: they are found
 * once more by comparing, and of equal ones the first is taken, as the pool does.
 */
export function comparedMaxima(g: OnnxGraph, pooled: Pooled, gradient: Tensor): Tensor {
  const { kernel, stride, dilation } = pooled.window;
  const tiles = kernel.every((side, axis) => stride[axis] === side && dilation[axis] === 1);
  return tiles ? overTiles(g, pooled, gradient) : overWindows(g, pooled, gradient);
}

/** Windows side by side: the image cut into them, a row each. */
function overTiles(g: OnnxGraph, { padded, y, window }: Pooled, gradient: Tensor): Tensor {
  const [n, c, first, ...others] = y.shape as readonly [number, number, number, ...number[]];
  const { kernel } = window;
  const whole = [first, ...others].map((count, axis) => count * kernel[axis]!);
  const ranges = whole.map((count, axis) => ({ axis: axis + 2, start: 0, count }));
  // Each axis as windows and places in them; then all windows before all places.
  const counts = [n * c * first, ...others];
  const rank = counts.length;
  const apart = counts.flatMap((count, axis) => [count, kernel[axis]!]);
  const windowsFirst = apart.map((_, k) => (k < rank ? 2 * k : 2 * (k - rank) + 1));
  const back = apart.map((_, k) => (k % 2 === 0 ? k / 2 : rank + (k - 1) / 2));
  const cut = exchanged(g, reshape(g, slice(g, padded, ranges), apart), windowsFirst);
  const windows = volume(counts);
  const alone = (value: Tensor) => reshape(g, value, [windows, 1]);
  const chosen = largest(g, reshape(g, cut, [windows, volume(kernel)]), alone(y));
  const shares = reshape(g, multiply(g, chosen, alone(gradient)), [...counts, ...kernel]);
  const covered = reshape(g, exchanged(g, shares, back), [n, c, ...whole]);
  const rest = whole.map((count, axis) => padded.shape[axis + 2]! - count);
  return pad(g, covered, everyAxis(rank, 0), rest);
}

/** Nothing to do where the axes are in order. */
const exchanged = (g: OnnxGraph, x: Tensor, axes: readonly number[]): Tensor =>
  axes.every((from, to) => from === to) ? x : transpose(g, x, axes);

/** Any windows: for each place in them an image of what stood there. */
function overWindows(g: OnnxGraph, { padded, y, window: w }: Pooled, gradient: Tensor): Tensor {
  const [n, c, ...counts] = y.shape as readonly [number, number, ...number[]];
  const alone = (value: Tensor) => reshape(g, value, [n * c, 1, ...counts]);
  const seen = Array.from({ length: volume(w.kernel) }, (_, k) => {
    const place = coordinates(k, w.kernel);
    const ranges = counts.map((count, axis) => ({
      axis: axis + 2,
      start: place[axis]! * w.dilation[axis]!,
      count,
      step: w.stride[axis]!,
    }));
    return alone(slice(g, padded, ranges));
  });
  const shares = multiply(g, largest(g, concat(g, seen, 1), alone(y)), alone(gradient));
  return reshape(g, spread(g, shares, w, padded.shape), padded.shape);
}

/** 1 for the first value along axis 1 that is the largest, elsewhere 0. */
function largest(g: OnnxGraph, values: Tensor, highest: Tensor): Tensor {
  const count = values.shape[1]!;
  const after = values.shape.slice(2).map(() => 1);
  // The first has the most places from it on.
  const order = Array.from({ length: count }, (_, k) => count - k);
  const ranked = multiply(g, same(g, values, highest), g.constant(order, 'float32', [1, count, ...after]));
  const best = g.run('ReduceMax', [ranked, g.constant([1], 'int64', [1])], values.shape.with(1, 1));
  return same(g, ranked, best);
}

/** Adds what came from each place of the windows to the pixel that stood there. */
function spread(g: OnnxGraph, shares: Tensor, w: Window, [, , ...size]: Shape): Tensor {
  const [planes, area] = shares.shape as readonly [number, number];
  const identity = Array.from({ length: area * area }, (_, i) => (i % (area + 1) === 0 ? 1 : 0));
  const filters = g.constant(identity, 'float32', [area, 1, ...w.kernel]);
  const none = everyAxis(size.length, 0);
  const convolution = { window: { ...w, before: none, after: none }, groups: 1 };
  return convolveTransposed(g, convolution, shares, filters, undefined, [planes, 1, ...size]);
}
