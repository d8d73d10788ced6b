import type { Shape } from '../../../core/shape.ts';
import type { Window } from '../window.ts';
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
  const tiles = ([0, 1] as const).every((axis) => stride[axis] === kernel[axis] && dilation[axis] === 1);
  return tiles ? overTiles(g, pooled, gradient) : overWindows(g, pooled, gradient);
}

/** Windows side by side: the image cut into them, a row each. */
function overTiles(g: OnnxGraph, { padded, y, window }: Pooled, gradient: Tensor): Tensor {
  const [n, c, oh, ow] = y.shape as readonly [number, number, number, number];
  const [kh, kw] = window.kernel;
  const [, , height, width] = padded.shape as readonly [number, number, number, number];
  const windows = n * c * oh * ow;
  const covered = slice(g, padded, [
    { axis: 2, start: 0, count: oh * kh },
    { axis: 3, start: 0, count: ow * kw },
  ]);
  const exchange = [0, 2, 1, 3];
  const cut = transpose(g, reshape(g, covered, [n * c * oh, kh, ow, kw]), exchange);
  const alone = (value: Tensor) => reshape(g, value, [windows, 1]);
  const chosen = first(g, reshape(g, cut, [windows, kh * kw]), alone(y));
  const shares = reshape(g, multiply(g, chosen, alone(gradient)), [n * c * oh, ow, kh, kw]);
  const whole = reshape(g, transpose(g, shares, exchange), [n, c, oh * kh, ow * kw]);
  return pad(g, whole, [0, 0], [height - oh * kh, width - ow * kw]);
}

/** Any windows: for each place in them an image of what stood there. */
function overWindows(g: OnnxGraph, { padded, y, window: w }: Pooled, gradient: Tensor): Tensor {
  const [n, c, oh, ow] = y.shape as readonly [number, number, number, number];
  const [kh, kw] = w.kernel;
  const area = kh * kw;
  const alone = (value: Tensor) => reshape(g, value, [n * c, 1, oh, ow]);
  const seen = Array.from({ length: area }, (_, k) =>
    alone(
      slice(g, padded, [
        { axis: 2, start: Math.floor(k / kw) * w.dilation[0], count: oh, step: w.stride[0] },
        { axis: 3, start: (k % kw) * w.dilation[1], count: ow, step: w.stride[1] },
      ]),
    ),
  );
  const shares = multiply(g, first(g, concat(g, seen, 1), alone(y)), alone(gradient));
  return reshape(g, spread(g, shares, w, padded.shape), padded.shape);
}

/** 1 for the first value along axis 1 that is the largest, elsewhere 0. */
function first(g: OnnxGraph, values: Tensor, largest: Tensor): Tensor {
  const count = values.shape[1]!;
  const after = values.shape.slice(2).map(() => 1);
  // The first has the most places from it on.
  const order = Array.from({ length: count }, (_, k) => count - k);
  const ranked = multiply(g, same(g, values, largest), g.constant(order, 'float32', [1, count, ...after]));
  const best = g.run('ReduceMax', [ranked, g.constant([1], 'int64', [1])], values.shape.with(1, 1));
  return same(g, ranked, best);
}

/** Adds what came from each place of the windows to the pixel that stood there. */
function spread(g: OnnxGraph, shares: Tensor, w: Window, [, , height, width]: Shape): Tensor {
  const [planes, area] = shares.shape as readonly [number, number];
  const identity = Array.from({ length: area * area }, (_, i) => (i % (area + 1) === 0 ? 1 : 0));
  const filters = g.constant(identity, 'float32', [area, 1, ...w.kernel]);
  const convolution = { window: { ...w, before: [0, 0], after: [0, 0] } as const, groups: 1 };
  return convolveTransposed(g, convolution, shares, filters, undefined, [planes, 1, height!, width!]);
}
