import type { Shape } from '../../../../core/shape.ts';
import { coordinates, perAxis, volume, type Axes, type Window } from '../../window.ts';
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
 * Whether a product is the fastest way to bring together what the windows see: it takes as many multiplications as there are pixels for the
 * convolution's o.
 */
export function isSmall({ groups }: Convolution, { images, filters }: Sizes): boolean {
  const pixels = volume(images.slice(2));
  return groups === 1 && pixels <= FEW && 4 * pixels <= filters[0]!;
}

/** Whether one product over the whole batch is also faster than onnxruntime's Conv. */
export function isNarrow(g: OnnxGraph, convolution: Convolution, sizes: Sizes): boolean {
  const [n, c] = sizes.images as readonly [number, number];
  const positions = volume(sizes.output.slice(2));
  const seen = n * c * volume(sizes.filters.slice(2)) * positions;
  return g.training && n > 1 && positions <= NARROW && seen <= MOST && isSmall(convolution, sizes);
}

/** Filters O×I×kernel over images N×I×size. */
export function convolveBatch(g: OnnxGraph, w: Window, x: Tensor, filters: Tensor, output: Shape): Tensor {
  const [n, o, ...size] = output as readonly [number, number, ...number[]];
  const y = matmul(g, asMatrix(g, filters), columns(g, w, x, output));
  return reshape(g, imagesFirst(g, reshape(g, y, [o, n, volume(size)])), output);
}

/** The gradient of the images, of shape `input`, from that of what the filters gave. */
export function imageGradientOfBatch(
  g: OnnxGraph,
  w: Window,
  gradient: Tensor,
  filters: Tensor,
  input: Shape,
): Tensor {
  const [n, c, ...size] = input as readonly [number, number, ...number[]];
  const output = gradient.shape.slice(2);
  const [area, positions] = [volume(w.kernel), volume(output)];
  const shares = transposedMatmul(g, asMatrix(g, filters), channelsFirst(g, gradient));
  const byImage = imagesFirst(g, reshape(g, shares, [c * area, n, positions]));
  const rows = reshape(g, byImage, [n * c, area * positions]);
  const seen = seesAll(w) ? rows : matmulTransposed(g, rows, views(g, w, size, output));
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
  const [n, c, ...size] = x.shape as readonly [number, number, ...number[]];
  const positions = output.slice(2);
  const rows = reshape(g, x, [n * c, volume(size)]);
  const seen = seesAll(w) ? rows : matmul(g, rows, views(g, w, size, positions));
  return channelsFirst(g, reshape(g, seen, [n, c * volume(w.kernel), ...positions]));
}

/** A window of one pixel at each pixel. */
const seesAll = ({ kernel, stride, before, after }: Window): boolean =>
  [...kernel, ...stride].every((size) => size === 1) && [...before, ...after].every((size) => size === 0);

/** For each pixel of an image (rows) where it is seen: 1 in the column of that place in the window and that position. */
function views(g: OnnxGraph, w: Window, size: Axes, output: Axes): Tensor {
  const [pixels, positions, places] = [volume(size), volume(output), volume(w.kernel)];
  const count = places * positions;
  const values = Array.from({ length: pixels * count }, () => 0);
  for (let column = 0; column < count; column++) {
    const place = coordinates(Math.floor(column / positions), w.kernel);
    const at = perAxis(
      [coordinates(column % positions, output), place, w.stride, w.dilation, w.before],
      (position, offset, stride, gap, before) => position * stride + offset * gap - before,
    );
    const inside = at.every((pixel, axis) => pixel >= 0 && pixel < size[axis]!);
    const pixel = at.reduce((index, along, axis) => index * size[axis]! + along, 0);
    if (inside) values[pixel * count + column] = 1;
  }
  return g.constant(values, 'float32', [pixels, count]);
}

/** N×C×size as C×(N·pixels). */
function channelsFirst(g: OnnxGraph, x: Tensor): Tensor {
  const [n, c, ...size] = x.shape as readonly [number, number, ...number[]];
  const pixels = volume(size);
  return reshape(g, transpose(g, reshape(g, x, [n, c, pixels]), [1, 0, 2]), [c, n * pixels]);
}

const imagesFirst = (g: OnnxGraph, x: Tensor): Tensor => transpose(g, x, [1, 0, 2]);

/** O×I×kernel as O×(I·places). */
const asMatrix = (g: OnnxGraph, filters: Tensor): Tensor =>
  reshape(g, filters, [filters.shape[0]!, filters.shape.slice(1).reduce((a, b) => a * b)]);
