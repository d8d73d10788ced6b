import type { Shape } from '../../../../core/shape.ts';
import { perAxis, reachOf, volume } from '../../window.ts';
import { matmul, pad, reshape, transpose } from '../arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../../onnx/graph.ts';
import { biased } from './bias.ts';
import type { Convolution } from './convolution.ts';
import { convolve } from './convolve.ts';
import { imageGradientOfBatch, isNarrow } from './small-images.ts';

/** The gradient of the images, of shape `input`. It is also what a transposed convolution computes. */
export function imageGradient(
  g: OnnxGraph,
  convolution: Convolution,
  gradient: Tensor,
  filters: Tensor,
  input: Shape,
): Tensor {
  const { stride } = convolution.window;
  const sizes = { images: input, filters: filters.shape, output: gradient.shape };
  const pixels = (shape: Shape) => volume(shape.slice(2));
  // Flipped filters work at every pixel of the images, a transposed convolution at every one of the gradient: from this
  // share on it is 1.5 to 2.4 times as fast (bench/train).
  const padsMuch = pixels(input) > 1.5 * pixels(gradient.shape);
  const slow = padsMuch || isNarrow(g, convolution, sizes);
  return stride.every((step) => step === 1) && !slow
    ? byFlippedFilters(g, convolution, gradient, filters, input)
    : convolveTransposed(g, convolution, gradient, filters, undefined, input);
}

/** With a stride of 1 the gradient is itself a convolution, with the filters flipped and transposed. */
function byFlippedFilters(
  g: OnnxGraph,
  { window: w, groups }: Convolution,
  gradient: Tensor,
  filters: Tensor,
  input: Shape,
): Tensor {
  const before = perAxis([reachOf(w), w.before], (reach, first) => reach - 1 - first);
  return convolve(
    g,
    { window: { ...w, before }, groups },
    gradient,
    flipped(g, filters, groups),
    undefined,
    input,
  );
}

/** O×I/g×kernel as I×O/g×kernel, the windows turned around along every axis. */
function flipped(g: OnnxGraph, filters: Tensor, groups: number): Tensor {
  const [o, i, ...kernel] = filters.shape as readonly [number, number, ...number[]];
  const area = volume(kernel);
  const grouped = reshape(g, filters, [groups, o / groups, i, area]);
  const swapped = o / groups === 1 && i === 1 ? grouped : transpose(g, grouped, [0, 2, 1, 3]);
  // A product with a mirrored identity: onnxruntime gathers and slices single elements ten times as slowly.
  const sides = Array.from({ length: area }, (_, k) => k);
  const mirror = sides.flatMap((row) => sides.map((column) => (row + column === area - 1 ? 1 : 0)));
  const turned = area === 1 ? swapped : matmul(g, swapped, g.constant(mirror, 'float32', [area, area]));
  return reshape(g, turned, [groups * i, o / groups, ...kernel]);
}

/** A transposed convolution: filters I×O/g×kernel over images N×I×size, giving `output`. */
export function convolveTransposed(
  g: OnnxGraph,
  convolution: Convolution,
  x: Tensor,
  filters: Tensor,
  bias: Tensor | undefined,
  output: Shape,
): Tensor {
  const { window: w, groups } = convolution;
  if (isNarrow(g, convolution, { images: output, filters: filters.shape, output: x.shape })) {
    return biased(g, imageGradientOfBatch(g, w, x, filters, output), bias);
  }
  const [n, channels, ...size] = output as readonly [number, number, ...number[]];
  const excess = perAxis(
    [x.shape.slice(2), size, w.stride, reachOf(w), w.before],
    (count, side, stride, reach, before) => (count - 1) * stride + reach - before - side,
  );
  const missing = excess.map((more) => Math.max(-more, 0));
  // onnxruntime computes no more rows than a stride beyond the last; they would hold the bias alone.
  const beyond = perAxis([missing, w.stride], (side, stride) => (side < stride ? 0 : side));
  const whole = beyond.every((side) => side === 0);
  const computed = [n, channels, ...perAxis([size, beyond], (side, rest) => side - rest)];
  const result = g.run('ConvTranspose', [x, filters, whole ? bias : undefined], computed, {
    kernel_shape: w.kernel,
    strides: w.stride,
    dilations: w.dilation,
    pads: [...w.before, ...excess.map((more) => Math.max(more, 0))],
    output_padding: perAxis([missing, beyond], (side, rest) => side - rest),
    group: groups,
  });
  if (whole) return result;
  const none = beyond.map(() => 0);
  return biased(g, pad(g, result, none, beyond), bias);
}
