import * as z from 'zod/mini';
import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import { sides } from './attributes.ts';
import { reshape } from './onnx/arithmetic.ts';
import { convolveTransposed } from './onnx/convolution/image-gradient.ts';
import { slide, volume, type Axes, type Window } from './window.ts';

/** How patches lie in an image. */
export const patchAttributes = {
  kernel_size: sides(2, 1),
  dilation: z._default(sides(2, 1), [1, 1]),
  padding: z._default(sides(2, 0), [0, 0]),
  stride: z._default(sides(2, 1), [1, 1]),
};

interface Patches {
  readonly kernel_size: Axes;
  readonly dilation: Axes;
  readonly padding: Axes;
  readonly stride: Axes;
}

export const patchWindow = (a: Patches): Window => ({
  kernel: a.kernel_size,
  stride: a.stride,
  dilation: a.dilation,
  before: a.padding,
  after: a.padding,
});

/** The pixels of each patch of N×C×H×W as a column: N × C·pixels × patches. */
export function onnxUnfold(g: OnnxGraph, w: Window, x: Tensor, output: Shape): Tensor {
  const [n, c, ...size] = x.shape as readonly [number, number, ...number[]];
  const counts = slide(size, w);
  const planes = reshape(g, x, [n * c, 1, ...size]);
  const columns = g.run('Conv', [planes, onePixelEach(g, w)], [n * c, volume(w.kernel), ...counts], {
    kernel_shape: w.kernel,
    strides: w.stride,
    dilations: w.dilation,
    pads: [...w.before, ...w.after],
  });
  return reshape(g, columns, output);
}

/** Columns laid back into images of N×C×H×W, those that meet in a pixel added. */
export function onnxFold(g: OnnxGraph, w: Window, columns: Tensor, output: Shape): Tensor {
  const [n, c, ...size] = output as readonly [number, number, ...number[]];
  const planes = reshape(g, columns, [n * c, volume(w.kernel), ...slide(size, w)]);
  const whole = [n * c, 1, ...size];
  const images = convolveTransposed(
    g,
    { window: w, groups: 1 },
    planes,
    onePixelEach(g, w),
    undefined,
    whole,
  );
  return reshape(g, images, output);
}

/** For each pixel of a window a filter that takes it. */
function onePixelEach(g: OnnxGraph, { kernel }: Window): Tensor {
  const count = volume(kernel);
  const values = Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0));
  return g.constant(values, 'float32', [count, 1, ...kernel]);
}

export const columnsOf = (x: Shape, w: Window): number => elements(slide(x.slice(2), w));
