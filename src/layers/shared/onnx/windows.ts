import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import { inverse } from '../axes.ts';
import type { WindowWeights } from '../windows/run.ts';
import {
  cut,
  regions,
  relativePositionIndex,
  WINDOWS_FIRST,
  type WindowAttention,
  type Windows,
} from '../windows/windows.ts';
import {
  add,
  concat,
  matmul,
  multiply,
  padAxes,
  reshape,
  slice,
  subtract,
  sum,
  transpose,
  matmulTransposed,
  transposedMatmul,
} from './arithmetic.ts';
import { gatherRows } from './gather-rows.ts';
import { onnxNoise } from './noise.ts';
import type { OnnxResult, WeightGradient } from './result.ts';
import { turned } from './roll.ts';

/** What the two versions do in their own way. */
export interface OnnxVersion {
  /** The bias of the first linear layer as it is used. */
  readonly bias: (bias: Tensor) => { readonly output: Tensor; backward(gradient: Tensor): Tensor };
  /** Products of queries and keys, windows × heads × pixels × pixels. */
  readonly products: (
    query: Tensor,
    key: Tensor,
  ) => {
    readonly output: Tensor;
    backward(gradient: Tensor): {
      readonly query: Tensor;
      readonly key: Tensor;
      readonly weights?: Readonly<Record<string, Tensor>>;
    };
  };
}

interface Attended {
  readonly output: Tensor;
  backward(gradient: Tensor): {
    readonly input: Tensor;
    /** Of the biases of relative positions, heads × pixels × pixels. */
    readonly relative: Tensor;
    readonly weights: Readonly<Record<string, WeightGradient>>;
  };
}

/** Attention inside windows, spelled out; `relative` is heads × pixels × pixels. */
export function onnxShiftedWindows(
  g: OnnxGraph,
  windows: Windows,
  a: WindowAttention,
  x: Tensor,
  {
    weights,
    relative,
    version,
  }: { readonly weights: WindowWeights<Tensor>; readonly relative: Tensor; readonly version: OnnxVersion },
): Attended {
  const { batch, count, pixels, heads, channels } = windows;
  const features = channels / heads;
  const all = batch * count;
  const rows = reshape(g, inWindows(g, windows, x), [all * pixels, channels]);
  const { 'qkv.weight': matrix, 'qkv.bias': own, 'proj.weight': projection, 'proj.bias': shift } = weights;
  const used = own && version.bias(own);
  const mixed = g.run('Gemm', [rows, matrix, used?.output], [all * pixels, 3 * channels], { transB: 1 });
  const apart = transpose(g, reshape(g, mixed, [all, pixels, 3, heads, features]), QKV_FIRST);
  const [query, key, value] = [0, 1, 2].map((start) =>
    reshape(g, slice(g, apart, [{ axis: 0, start, count: 1 }]), [all, heads, pixels, features]),
  ) as [Tensor, Tensor, Tensor];
  const products = version.products(query, key);
  const biased = add(g, products.output, relative);
  const softmax = g.run('Softmax', [masked(g, windows, biased)], biased, { axis: -1 });
  const noise = onnxNoise(g, softmax, softmax.shape, a.attention_dropout);
  const attended = matmul(g, noise.output, value);
  const joined = reshape(g, transpose(g, attended, [0, 2, 1, 3]), [all * pixels, channels]);
  const projected = g.run('Gemm', [joined, projection, shift], joined.shape, { transB: 1 });
  const last = onnxNoise(g, projected, projected.shape, a.dropout);
  return {
    output: outOfWindows(g, windows, last.output),
    backward(gradient) {
      const through = ({ backward }: OnnxResult, incoming: Tensor) =>
        backward!(incoming, [true], []).inputs[0]!;
      const ofRows = reshape(g, inWindows(g, windows, gradient), [all * pixels, channels]);
      const ofProjected = through(last, ofRows);
      const ofJoined = matmul(g, ofProjected, projection);
      const ofAttended = transpose(g, reshape(g, ofJoined, [all, pixels, heads, features]), [0, 2, 1, 3]);
      const ofSoftmax = through(noise, matmulTransposed(g, ofAttended, value));
      const kept = sum(g, multiply(g, ofSoftmax, softmax), [3]);
      const inner = multiply(g, softmax, subtract(g, ofSoftmax, kept));
      const ofProducts = products.backward(inner);
      const ofValue = transposedMatmul(g, noise.output, ofAttended);
      const parts = [ofProducts.query, ofProducts.key, ofValue].map((part) =>
        reshape(g, part, [1, ...part.shape]),
      );
      const together = transpose(g, concat(g, parts, 0), inverse(QKV_FIRST));
      const ofMixed = reshape(g, together, [all * pixels, 3 * channels]);
      const rowSum = (of: Tensor) => reshape(g, sum(g, of, [0]), [of.shape[1]!]);
      return {
        input: outOfWindows(g, windows, reshape(g, matmul(g, ofMixed, matrix), [all, pixels, channels])),
        relative: reshape(g, sum(g, inner, [0]), relative.shape),
        weights: {
          'qkv.weight': { transposed: ofMixed, by: rows },
          'proj.weight': { transposed: ofProjected, by: joined },
          ...(used && { 'qkv.bias': used.backward(rowSum(ofMixed)) }),
          ...(shift && { 'proj.bias': rowSum(ofProjected) }),
          ...ofProducts.weights,
        },
      };
    },
  };
}

/** Windows × pixels × three × heads × features, with the three in front and the pixels behind the heads. */
const QKV_FIRST = [2, 0, 3, 1, 4];

/** The biases of a table's rows, heads × pixels × pixels, and the table's gradient from theirs. */
export function relativeBiases(g: OnnxGraph, table: Tensor, { pixels, window }: Windows) {
  const index = relativePositionIndex(window);
  const heads = table.shape[1]!;
  const places = g.constant(index, 'int64', [index.length]);
  const rows = gatherRows(g, table, places, 0, [index.length, heads]);
  return {
    output: transpose(g, reshape(g, rows.taken, [pixels, pixels, heads]), [2, 0, 1]),
    backward: (gradient: Tensor) =>
      rows.backward(reshape(g, transpose(g, gradient, [1, 2, 0]), rows.taken.shape)),
  };
}

/** Padded, shifted and cut into windows × pixels × channels: what it takes apart, the gradient's way back joins. */
function inWindows(g: OnnxGraph, windows: Windows, x: Tensor): Tensor {
  const { batch, size, padded, shift, count, pixels, channels } = windows;
  const wide = padAxes(g, x, [0, 0, 0, 0], [0, padded[0] - size[0], padded[1] - size[1], 0]);
  const moved = shift.reduce((from, by, axis) => turned(g, from, axis + 1, -by), wide);
  const split = transpose(g, reshape(g, moved, cut(windows)), WINDOWS_FIRST);
  return reshape(g, split, [batch * count, pixels, channels]);
}

function outOfWindows(g: OnnxGraph, windows: Windows, rows: Tensor): Tensor {
  const { batch, size, padded, shift, channels } = windows;
  const sides = cut(windows);
  const split = reshape(
    g,
    rows,
    WINDOWS_FIRST.map((axis) => sides[axis]!),
  );
  const whole = reshape(g, transpose(g, split, WINDOWS_FIRST), [batch, ...padded, channels]);
  const moved = shift.reduce((from, by, axis) => turned(g, from, axis + 1, by), whole);
  return slice(g, moved, [
    { axis: 1, start: 0, count: size[0] },
    { axis: 2, start: 0, count: size[1] },
  ]);
}

/** Large enough to vanish behind the exponential; torchvision's own. */
const HIDDEN = -100;

/** What hides pixels from each other that are neighbors only because the image was shifted. */
function masked(g: OnnxGraph, windows: Windows, products: Tensor): Tensor {
  if (!windows.shifted) return products;
  const { batch, padded, window, count, heads, pixels } = windows;
  const from = regions(windows);
  const [rows, columns] = [padded[0] / window[0], padded[1] / window[1]];
  const inWindow = Array.from({ length: rows * columns }, (_, i) => {
    const [top, left] = [Math.floor(i / columns) * window[0], (i % columns) * window[1]];
    return Array.from(
      { length: pixels },
      (_p, pixel) => from[(top + Math.floor(pixel / window[1])) * padded[1] + left + (pixel % window[1])]!,
    );
  });
  const mask = inWindow.flatMap((own) => own.flatMap((a) => own.map((b) => (a === b ? 0 : HIDDEN))));
  const apart = reshape(g, products, [batch, count, heads, pixels, pixels]);
  const sum = add(g, apart, g.constant(mask, 'float32', [count, 1, pixels, pixels]));
  return reshape(g, sum, products.shape);
}
