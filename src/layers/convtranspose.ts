import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import { image } from './shared/spatial.ts';
import { flag, integer, pair } from './shared/attributes.ts';
import { checkChannels, checkGroups, thinChannels } from './shared/channels.ts';
import { checkOutput } from './shared/dimension.ts';
import { matrixAndBias } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { along, type Pair } from './shared/window.ts';
import { channelSums } from './shared/onnx/convolution/bias.ts';
import { convolve } from './shared/onnx/convolution/convolve.ts';
import { convolveTransposed } from './shared/onnx/convolution/image-gradient.ts';
import { filterGradient } from './shared/onnx/convolution/filter-gradient.ts';

const attributes = z.strictObject({
  in_channels: z.optional(integer(1)),
  out_channels: integer(1),
  kernel_size: pair(1),
  stride: z._default(pair(1), [1, 1]),
  padding: z._default(pair(0), [0, 0]),
  output_padding: z._default(pair(0), [0, 0]),
  groups: z._default(integer(1), 1),
  bias: flag(true),
  dilation: z._default(pair(1), [1, 1]),
});
type Attributes = z.output<typeof attributes>;

/** The gradient of a convolution as a layer: it enlarges images. Source: torch.nn.ConvTranspose2d. */
export const convtranspose2d = defineLayer({
  kind: 'convtranspose2d',
  family: 'conv',
  stem: 'conv',
  attributes,
  shape({ attributes: a, inputs }) {
    const [n, c, h, w] = image(inputs[0], 'convtranspose2d');
    checkChannels(a.in_channels, c);
    checkGroups(a.groups, c, a.out_channels);
    checkOutputPadding(a);
    return [n, a.out_channels, ...checkOutput([h, w], enlarged([h, w], a))];
  },
  weights: ({ attributes: a, inputs: [x] }) =>
    matrixAndBias([x[1]!, a.out_channels / a.groups, ...a.kernel_size], a.bias && a.out_channels),
  // Every input element meets every weight of its group once; what falls into the padding is computed and cut away.
  macs: ({ attributes: a, inputs }) =>
    product([elements(inputs[0]), a.out_channels / a.groups, ...a.kernel_size], 'the number of MACs'),
  window: ({ attributes: { kernel_size: kernel, stride, dilation, padding } }) => ({
    kernel,
    stride,
    dilation,
    before: padding,
    after: padding,
  }),
  // An output sees the inputs that lie, `stride` apart, under the window that ends at it.
  view: ({ attributes: a }) => ({
    reach: along((axis) => (a.dilation[axis] * (a.kernel_size[axis] - 1)) / a.stride[axis] + 1),
    stride: along((axis) => 1 / a.stride[axis]),
  }),
  thin: thinChannels,
  // The adjoint of a convolution: what was its image is the output here, and the other way round.
  onnx(g, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
    const { kernel_size: kernel, stride, dilation, padding, groups } = a;
    const convolution = { window: { kernel, stride, dilation, before: padding, after: padding }, groups };
    return {
      output: convolveTransposed(g, convolution, x, weight, bias, output),
      backward: (gradient, [needed]) => ({
        inputs: [needed ? convolve(g, convolution, gradient, weight, undefined, x.shape) : undefined],
        weights: {
          weight: filterGradient(g, convolution, x, gradient, weight.shape),
          ...(bias && { bias: channelSums(g, gradient) }),
        },
      }),
    };
  },
  execute: (operators, { inputs: [x], weights: { weight, bias }, output }) =>
    operators.run({
      inputs: [x, weight, ...(bias ? [bias] : [])],
      output,
      saves: [x, weight],
      autocast: 'lower',
    }),
});

/** (size − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1 */
function enlarged(size: Pair, a: Attributes): Pair {
  return along(
    (axis) =>
      (size[axis] - 1) * a.stride[axis] -
      2 * a.padding[axis] +
      a.dilation[axis] * (a.kernel_size[axis] - 1) +
      a.output_padding[axis] +
      1,
  );
}

function checkOutputPadding({ output_padding, stride, dilation }: Attributes): void {
  for (const axis of [0, 1] as const) {
    if (output_padding[axis] >= Math.max(stride[axis], dilation[axis])) {
      throw new VggError('output-padding-too-large', { output_padding, stride, dilation });
    }
  }
}
