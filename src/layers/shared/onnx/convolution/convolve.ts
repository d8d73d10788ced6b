import type { Shape } from '../../../../core/shape.ts';
import { perAxis, reachOf } from '../../window.ts';
import { pad } from '../arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../../onnx/graph.ts';
import { biased } from './bias.ts';
import type { Convolution } from './convolution.ts';
import { convolveBatch, isNarrow } from './small-images.ts';

/**
 * Filters O×I/g×kernel over images N×I×size, as many positions as `output` has; the last rows and columns may be left
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
  const after = perAxis(
    [output.slice(2), x.shape.slice(2), w.stride, reachOf(w), w.before],
    (count, size, stride, reach, before) => (count - 1) * stride + reach - size - before,
  );
  // Conv takes no negative padding, and needs none where the stride alone leaves the rest out.
  const cut = perAxis([after, w.stride], (size, stride) => (size <= -stride ? size : 0));
  const image = pad(g, x, w.before.map(negative), cut);
  return g.run('Conv', [image, filters, bias], output, {
    kernel_shape: w.kernel,
    strides: w.stride,
    dilations: w.dilation,
    pads: [...w.before, ...after].map((size) => Math.max(size, 0)),
    group: groups,
  });
}

const negative = (size: number): number => Math.min(size, 0);
