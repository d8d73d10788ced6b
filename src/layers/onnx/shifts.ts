import type { Shape } from '../../graph/shape.ts';
import { reachOf, type Pair, type Window } from '../window.ts';
import { pad, reshape, slice, transpose } from './arithmetic.ts';
import { convolve } from './convolution.ts';
import type { OnnxGraph, Tensor } from './graph.ts';

const along = (f: (axis: 0 | 1) => number): Pair => [f(0), f(1)];
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/**
 * For each position in the window the pixels of the images that it saw, as many as the `gradient` of the output has,
 * each reshaped to `shape`; `order` says which of batch (0) and channels (1) comes first.
 */
export function shifts(
  g: OnnxGraph,
  w: Window,
  x: Tensor,
  gradient: Tensor,
  order: Pair,
  shape: Shape,
): Tensor[] {
  const [kh, kw] = w.kernel;
  const [, , oh, ow] = gradient.shape as readonly [number, number, number, number];
  const steps = w.stride[0] * w.stride[1];
  // Where a window has many positions, slices that skip pixels cost more than to sort the pixels first.
  const seen = steps === 1 || steps >= kh * kw ? seenDirectly : seenByPhases;
  const from = seen(g, w, x, [oh, ow], order);
  return range(kh).flatMap((row) =>
    range(kw).map((column) => reshape(g, from(row * w.dilation[0], column * w.dilation[1]), shape)),
  );
}

/** What a position in the window saw that lies so many rows and columns from its first. */
type Seen = (row: number, column: number) => Tensor;

function seenDirectly(g: OnnxGraph, w: Window, x: Tensor, [oh, ow]: Pair, order: Pair): Seen {
  const padded = pad(g, x, w.before, w.after);
  const images = order[0] === 0 ? padded : transpose(g, padded, [...order, 2, 3]);
  return (row, column) =>
    slice(g, images, [
      { axis: 2, start: row, count: oh, step: w.stride[0] },
      { axis: 3, start: column, count: ow, step: w.stride[1] },
    ]);
}

/**
 * What lies a stride apart is brought together once, as an image for each row and column within a stride. A position
 * then sees neighbouring pixels of one such image, which are copied row by row, and those of a column all at once.
 */
function seenByPhases(g: OnnxGraph, w: Window, x: Tensor, [oh, ow]: Pair, order: Pair): Seen {
  const [sh, sw] = w.stride;
  const phases = phasesOf(g, w, x, [oh, ow]);
  const images = order[0] === 0 ? phases : transpose(g, phases, [...order, 2, 3, 4]);
  const columns = onceEach((row, column) =>
    slice(g, images, [
      { axis: 2, start: row * sw + (column % sw), count: 1 },
      { axis: 4, start: Math.floor(column / sw), count: ow },
    ]),
  );
  return (row, column) =>
    slice(g, columns(row % sh, column), [{ axis: 3, start: Math.floor(row / sh), count: oh }]);
}

/**
 * N×C×H×W as N×C×phases×h×w. A convolution whose filters pick one pixel each does it: onnxruntime transposes single
 * pixels two to four times as slowly.
 */
function phasesOf(g: OnnxGraph, w: Window, x: Tensor, [oh, ow]: Pair): Tensor {
  const [n, c, ...size] = x.shape as readonly [number, number, number, number];
  const count = w.stride[0] * w.stride[1];
  const reach = reachOf(w);
  const parts = along((axis) => [oh, ow][axis]! + Math.floor((reach[axis] - 1) / w.stride[axis]));
  const identity = Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0));
  const filters = g.constant(identity, 'float32', [count, 1, ...w.stride]);
  const picking = { window: { ...w, kernel: w.stride, dilation: [1, 1] }, groups: 1 } as const;
  const planes = reshape(g, x, [n * c, 1, ...size]);
  const picked = convolve(g, picking, planes, filters, undefined, [n * c, count, ...parts]);
  return reshape(g, picked, [n, c, count, ...parts]);
}

/** Writes a tensor when it is first asked for. */
function onceEach(write: Seen): Seen {
  const written = new Map<string, Tensor>();
  return (row, column) => {
    const key = `${row} ${column}`;
    const tensor = written.get(key) ?? write(row, column);
    written.set(key, tensor);
    return tensor;
  };
}
