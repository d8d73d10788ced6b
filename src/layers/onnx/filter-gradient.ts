import type { Shape } from '../../graph/shape.ts';
import { add, concat, matmulTransposed, reshape, slice, sum, transpose } from './arithmetic.ts';
import type { Convolution } from './convolution.ts';
import type { OnnxGraph, Tensor } from './graph.ts';
import { shifts } from './shifts.ts';
import { filterGradientOfBatch, isNarrow, isSmall } from './whole-batch.ts';

/**
 * The gradient of the filters: what each position of the window saw, times the gradient, summed over batch and image.
 * Small images are laid side by side first, so that one product sums over the batch as well; of wide ones each has its
 * own product, which is cheaper than to move them.
 */
export function filterGradient(
  g: OnnxGraph,
  convolution: Convolution,
  gradient: Tensor,
  x: Tensor,
  filters: Shape,
): Tensor {
  const [n, c] = x.shape as readonly [number, number];
  const [o, i, kh, kw] = filters as readonly [number, number, number, number];
  const columns = n * c * kh * kw * gradient.shape[2]! * gradient.shape[3]!;
  const sizes = { images: x.shape, filters, output: gradient.shape };
  const total = (product: Product) =>
    inParts(g, Math.ceil(columns / COLUMNS), gradient, x, (dz, seen) =>
      product(g, convolution, dz, seen, filters),
    );
  if ((kh * kw > 1 && isSmall(convolution, sizes)) || isNarrow(g, convolution, sizes)) {
    return total(productOfBatch);
  }
  const positions = gradient.shape[2]! * gradient.shape[3]!;
  const sideBySide = n > 1 && positions * (o + c) < o * i * kh * kw;
  return asFilters(g, convolution, total(sideBySide ? productOfAll : productOfEach), filters);
}

type Product = typeof filterGradient;

/** Elements of all shifted images that are laid out at once: a large batch is worked off in parts. */
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

const productOfAll: Product = (g, { window, groups }, gradient, x, filters) => {
  const [n, c] = x.shape as readonly [number, number];
  const [o] = filters as readonly [number];
  const positions = n * gradient.shape[2]! * gradient.shape[3]!;
  const columns = shifts(g, window, x, gradient, [1, 0], [groups, c / groups, positions]);
  const rows = reshape(g, transpose(g, gradient, [1, 0, 2, 3]), [groups, o / groups, positions]);
  return matmulTransposed(g, concat(g, columns, 1), rows);
};

const productOfEach: Product = (g, { window, groups }, gradient, x, filters) => {
  const [n, c] = x.shape as readonly [number, number];
  const [o] = filters as readonly [number];
  const positions = gradient.shape[2]! * gradient.shape[3]!;
  const columns = shifts(g, window, x, gradient, [0, 1], [n, groups, c / groups, positions]);
  const rows = reshape(g, gradient, [n, groups, o / groups, positions]);
  const products = matmulTransposed(g, concat(g, columns, 2), rows);
  return n === 1 ? products : sum(g, products, [0]);
};

/**
 * A row for each place in the window and input channel, a column for each output channel, as filters. The products
 * have the longer side on the left: onnxruntime first rearranges what stands on the right.
 */
function asFilters(g: OnnxGraph, { groups }: Convolution, product: Tensor, filters: Shape): Tensor {
  const [o, i, kh, kw] = filters as readonly [number, number, number, number];
  const byPlace = reshape(g, product, [groups, kh * kw, i, o / groups]);
  return reshape(g, transpose(g, byPlace, [0, 3, 2, 1]), filters);
}
