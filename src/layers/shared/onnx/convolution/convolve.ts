import type { Shape } from '../../../../core/shape.ts';
import { along, reachOf, type Pair } from '../../window.ts';
import { pad } from '../arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../../onnx/graph.ts';
import { biased } from './bias.ts';
import type { Convolution } from './convolution.ts';
import { convolveBatch, isNarrow } from './small-images.ts';

/**
 * Filters O×I/g×kh×kw over images N×I×H×W, as many positions as `output` has; the last rows and columns may be left
 * out.
 */
export function convolve(
  g: OnnxGraph,
  convolution: Convolution,
  x: Tensor,
  filters: Tensor,
  bias: Tensor | undefined,
  output: Shape,
): Tensor {
  const { window: w, groups } = convolution;
  if (isNarrow(g, convolution, { images: x.shape, filters: filters.shape, output })) {
    return biased(g, convolveBatch(g, w, x, filters, output), bias);
  }
  const reach = reachOf(w);
  const covered = (axis: 0 | 1) => (output[axis + 2]! - 1) * w.stride[axis] + reach[axis];
  const after = along((axis) => covered(axis) - x.shape[axis + 2]! - w.before[axis]);
  // Conv takes no negative padding, and needs none where the stride alone leaves the rest out.
  const cut = (size: Pair): Pair => along((axis) => (size[axis] <= -w.stride[axis] ? size[axis] : 0));
  const before = along((axis) => Math.min(w.before[axis], 0));
  const image = pad(g, x, before, cut(after));
  return g.run('Conv', [image, filters, bias], output, {
    kernel_shape: w.kernel,
    strides: w.stride,
    dilations: w.dilation,
    pads: [...along((axis) => Math.max(w.before[axis], 0)), ...along((axis) => Math.max(after[axis], 0))],
    group: groups,
  });
}
