import type { Shape } from '../../../../core/shape.ts';
import type { Pair, Window } from '../../window.ts';
import { matmul, matmulTransposed, reshape, transpose, transposedMatmul } from '../arithmetic.ts';
import type { Convolution, Sizes } from './convolution.ts';
import type { OnnxGraph, Tensor } from '../../../../onnx/graph.ts';

/**
 * Convolutions of small images, as one product over the whole batch. onnxruntime's Conv makes a product for each image,
 * which is narrow where an image has few pixels. What the window sees at each of its positions is brought together, and
 * put back, by a product with a constant of zeros and ones, which is exact and, for few pixels, faster than to copy them.
 */

/** Pixels of an image up to which the constant stays small. */
const FEW = 64;
/**
 * Positions up to which a product for each image is so narrow that one over the batch is faster: 1.1 to 3 times up to
 * here, as fast at 49 positions, slower from 64 on (bench/train).
 */
const NARROW = 16;
/** Elements of what all windows see; beyond, a product for each image needs less memory. */
const MOST = 2 ** 24;

/**
 * Whether a product is the fastest way to bring together what the windows see: it takes h·w multiplications for the
 * convolution's o.
 */
export function isSmall({ groups }: Convolution, { images, filters }: Sizes): boolean {
  const pixels = images[2]! * images[3]!;
  return groups === 1 && pixels <= FEW && 4 * pixels <= filters[0]!;
}

/** Whether one product over the whole batch is also faster than onnxruntime's Conv. */
export function isNarrow(g: OnnxGraph, convolution: Convolution, sizes: Sizes): boolean {
  const [n, c] = sizes.images as readonly [number, number];
  const [, , kh, kw] = sizes.filters as readonly [number, number, number, number];
  const positions = sizes.output[2]! * sizes.output[3]!;
  const seen = n * c * kh * kw * positions;
  return g.training && n > 1 && positions <= NARROW && seen <= MOST && isSmall(convolution, sizes);
}

/** Filters O×I×kh×kw over images N×I×H×W. */
export function convolveBatch(g: OnnxGraph, w: Window, x: Tensor, filters: Tensor, output: Shape): Tensor {
  const [n, o, h, width] = output as readonly [number, number, number, number];
  const y = matmul(g, asMatrix(g, filters), columns(g, w, x, output));
  return reshape(g, imagesFirst(g, reshape(g, y, [o, n, h * width])), output);
}

/** The gradient of the images, of shape `input`, from that of what the filters gave. */
export function imageGradientOfBatch(
  g: OnnxGraph,
  w: Window,
  gradient: Tensor,
  filters: Tensor,
  input: Shape,
): Tensor {
  const [n, c, h, width] = input as readonly [number, number, number, number];
  const [, , oh, ow] = gradient.shape as readonly [number, number, number, number];
  const area = w.kernel[0] * w.kernel[1];
  const shares = transposedMatmul(g, asMatrix(g, filters), channelsFirst(g, gradient));
  const byImage = imagesFirst(g, reshape(g, shares, [c * area, n, oh * ow]));
  const rows = reshape(g, byImage, [n * c, area * oh * ow]);
  const seen = seesAll(w) ? rows : matmulTransposed(g, rows, views(g, w, [h, width], [oh, ow]));
  return reshape(g, seen, input);
}

/** The gradient of the filters, of shape `filters`. */
export function filterGradientOfBatch(
  g: OnnxGraph,
  w: Window,
  gradient: Tensor,
  x: Tensor,
  filters: Shape,
): Tensor {
  const seen = columns(g, w, x, gradient.shape);
  return reshape(g, matmulTransposed(g, channelsFirst(g, gradient), seen), filters);
}

/** For each channel and place in the window a row of what stood there, at all positions of all images. */
function columns(g: OnnxGraph, w: Window, x: Tensor, output: Shape): Tensor {
  const [n, c, h, width] = x.shape as readonly [number, number, number, number];
  const [, , oh, ow] = output as readonly [number, number, number, number];
  const area = w.kernel[0] * w.kernel[1];
  const rows = reshape(g, x, [n * c, h * width]);
  const seen = seesAll(w) ? rows : matmul(g, rows, views(g, w, [h, width], [oh, ow]));
  return channelsFirst(g, reshape(g, seen, [n, c * area, oh, ow]));
}

/** A window of one pixel at each pixel. */
const seesAll = ({ kernel, stride, before, after }: Window): boolean =>
  [...kernel, ...stride].every((size) => size === 1) && [...before, ...after].every((size) => size === 0);

/** For each pixel of an image (rows) where it is seen: 1 in the column of that place in the window and that position. */
function views(g: OnnxGraph, w: Window, [h, width]: Pair, [oh, ow]: Pair): Tensor {
  const [kh, kw] = w.kernel;
  const count = kh * kw * oh * ow;
  const values = Array.from({ length: h * width * count }, () => 0);
  for (let row = 0; row < kh * oh; row++) {
    const [y, i] = [row % oh, Math.floor(row / oh)];
    const top = y * w.stride[0] + i * w.dilation[0] - w.before[0];
    for (let column = 0; column < kw * ow; column++) {
      const [x, j] = [column % ow, Math.floor(column / ow)];
      const left = x * w.stride[1] + j * w.dilation[1] - w.before[1];
      const inside = top >= 0 && top < h && left >= 0 && left < width;
      if (inside) values[(top * width + left) * count + ((i * kw + j) * oh + y) * ow + x] = 1;
    }
  }
  return g.constant(values, 'float32', [h * width, count]);
}

/** N×C×h×w as C×(N·h·w). */
function channelsFirst(g: OnnxGraph, x: Tensor): Tensor {
  const [n, c, h, w] = x.shape as readonly [number, number, number, number];
  return reshape(g, transpose(g, reshape(g, x, [n, c, h * w]), [1, 0, 2]), [c, n * h * w]);
}

const imagesFirst = (g: OnnxGraph, x: Tensor): Tensor => transpose(g, x, [1, 0, 2]);

/** O×I×kh×kw as O×(I·kh·kw). */
const asMatrix = (g: OnnxGraph, filters: Tensor): Tensor =>
  reshape(g, filters, [filters.shape[0]!, filters.shape.slice(1).reduce((a, b) => a * b)]);
