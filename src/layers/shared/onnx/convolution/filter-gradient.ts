import type { Shape } from '../../../../core/shape.ts';
import { volume } from '../../window.ts';
import { add, matmulTransposed, reshape, slice, sum, transpose } from '../arithmetic.ts';
import type { Convolution } from './convolution.ts';
import type { OnnxGraph, Tensor } from '../../../../onnx/graph.ts';
import { im2col } from './im2col.ts';
import { filterGradientOfBatch, isNarrow, isSmall } from './small-images.ts';

/**
 * The gradient of the filters: what each position of the window saw, times the gradient, summed over batch and image.
 * Where positions are few, the images are laid side by side first, so that one product sums over the batch as well;
 * else each image has its own, which is cheaper than to move what was seen (bench/train).
 */
export function filterGradient(
  g: OnnxGraph,
  convolution: Convolution,
  gradient: Tensor,
  x: Tensor,
  filters: Shape,
): Tensor {
  const [n, c] = x.shape as readonly [number, number];
  const [o, , ...kernel] = filters as readonly [number, number, ...number[]];
  const positions = volume(gradient.shape.slice(2));
  const columns = n * c * volume(kernel) * positions;
  const sizes = { images: x.shape, filters, output: gradient.shape };
  const total = (product: Product) =>
    inParts(g, Math.ceil(columns / COLUMNS), gradient, x, (dz, images) =>
      product(g, convolution, dz, images, filters),
    );
  if ((volume(kernel) > 1 && isSmall(convolution, sizes)) || isNarrow(g, convolution, sizes)) {
    return total(productOfBatch);
  }
  const sideBySide = n > 1 && positions < (2 * o) / convolution.groups;
  return asFilters(g, convolution, total(sideBySide ? productOfAll : productOfEach), filters);
}

type Product = typeof filterGradient;

/** Elements of what all windows see that are laid out at once: a large batch is computed in parts. */
const COLUMNS = 2 ** 24;

/** The sum of what `product` gives for parts of the batch, as equal as can be. */
function inParts(
  g: OnnxGraph,
  count: number,
  gradient: Tensor,
  x: Tensor,
  product: (gradient: Tensor, x: Tensor) => Tensor,
): Tensor {
  const n = x.shape[0]!;
  const size = Math.ceil(n / Math.min(count, n));
  const parts = Array.from({ length: Math.ceil(n / size) }, (_, k) => {
    const range = { axis: 0, start: k * size, count: Math.min(size, n - k * size) };
    return product(slice(g, gradient, [range]), slice(g, x, [range]));
  });
  return parts.reduce((sum, part) => add(g, sum, part));
}

const productOfBatch: Product = (g, { window }, gradient, x, filters) =>
  filterGradientOfBatch(g, window, gradient, x, filters);

/** Products I/g·places×O/g have the longer side on the left: onnxruntime first rearranges what is on the right. */
const productOfAll: Product = (g, { window, groups }, gradient, x, filters) => {
  const [n, c] = x.shape as readonly [number, number];
  const [o, i, ...kernel] = filters as readonly [number, number, ...number[]];
  const [places, size] = [volume(kernel), gradient.shape.slice(2)];
  const positions = volume(size);
  const channelsFirst = (values: Tensor, channels: number, rows: number) =>
    reshape(g, transpose(g, reshape(g, values, [n, channels, positions]), [1, 0, 2]), [
      groups,
      rows,
      n * positions,
    ]);
  const columns = channelsFirst(im2col(g, window, x, size), c * places, i * places);
  return matmulTransposed(g, columns, channelsFirst(gradient, o, o / groups));
};

const productOfEach: Product = (g, { window, groups }, gradient, x, filters) => {
  const n = x.shape[0]!;
  const [o, i, ...kernel] = filters as readonly [number, number, ...number[]];
  const size = gradient.shape.slice(2);
  const positions = volume(size);
  const columns = reshape(g, im2col(g, window, x, size), [n, groups, i * volume(kernel), positions]);
  const rows = reshape(g, gradient, [n, groups, o / groups, positions]);
  const products = matmulTransposed(g, columns, rows);
  return n === 1 ? products : sum(g, products, [0]);
};

/** A row for each input channel and place in the window, a column for each output channel, as filters. */
function asFilters(g: OnnxGraph, { groups }: Convolution, product: Tensor, filters: Shape): Tensor {
  const [o, i, ...kernel] = filters as readonly [number, number, ...number[]];
  const rows = reshape(g, product, [groups, i * volume(kernel), o / groups]);
  return reshape(g, transpose(g, rows, [0, 2, 1]), filters);
}
