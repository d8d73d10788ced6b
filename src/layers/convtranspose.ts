import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { once } from '../core/once.ts';
import { elements, product } from '../core/arithmetic.ts';
import { flag, integer, sides } from './shared/attributes.ts';
import { checkChannels, checkGroups, thinChannels } from './shared/channels.ts';
import { checkOutput } from './shared/dimension.ts';
import { matrixAndBias } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import { everyAxis, perAxis, type Axes, type Rank, type Window } from './shared/window.ts';
import { channelSums } from './shared/onnx/convolution/bias.ts';
import { convolve } from './shared/onnx/convolution/convolve.ts';
import { convolveTransposed } from './shared/onnx/convolution/image-gradient.ts';
import { filterGradient } from './shared/onnx/convolution/filter-gradient.ts';
import { spatial } from './shared/spatial.ts';

const attributesOf = (rank: Rank) =>
  z.strictObject({
    in_channels: z.optional(integer(1)),
    out_channels: integer(1),
    kernel_size: sides(rank, 1),
    stride: z._default(sides(rank, 1), everyAxis(rank, 1)),
    padding: z._default(sides(rank, 0), everyAxis(rank, 0)),
    output_padding: z._default(sides(rank, 0), everyAxis(rank, 0)),
    groups: z._default(integer(1), 1),
    bias: flag(true),
    dilation: z._default(sides(rank, 1), everyAxis(rank, 1)),
    padding_mode: z.optional(z.enum(['zeros'])),
  });
type Attributes = z.output<ReturnType<typeof attributesOf>>;

/**
 * The gradient of a convolution as a layer: it enlarges images. Source: torch.nn.ConvTranspose1d, ConvTranspose2d,
 * ConvTranspose3d.
 */
function convtranspose(rank: Rank) {
  const kind = `convtranspose${rank}d`;
  const attributes = once(() => attributesOf(rank));
  return defineLayer({
    kind,
    family: 'conv',
    stem: 'conv',
    get attributes() {
      return attributes();
    },
    shape({ attributes: a, inputs }) {
      const [n, c, size] = spatial(inputs[0], kind, rank);
      checkChannels(a.in_channels, c);
      checkGroups(a.groups, c, a.out_channels);
      checkOutputPadding(a);
      return [n, a.out_channels, ...checkOutput(size, enlarged(size, a))];
    },
    weights: ({ attributes: a, inputs: [x] }) =>
      matrixAndBias([x[1]!, a.out_channels / a.groups, ...a.kernel_size], a.bias && a.out_channels),
    // Every input element meets every weight of its group once; what falls into the padding is computed and cut away.
    macs: ({ attributes: a, inputs }) =>
      product([elements(inputs[0]), a.out_channels / a.groups, ...a.kernel_size], 'the number of MACs'),
    window: ({ attributes }) => windowOf(attributes),
    // An output sees the inputs that lie, `stride` apart, under the window that ends at it.
    view: ({ attributes: a }) => ({
      reach: perAxis(
        [a.kernel_size, a.stride, a.dilation],
        (side, stride, gap) => (gap * (side - 1)) / stride + 1,
      ),
      stride: a.stride.map((stride) => 1 / stride),
    }),
    thin: thinChannels,
    // The adjoint of a convolution: what was its image is the output here, and the other way round.
    onnx(g, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
      const convolution = { window: windowOf(a), groups: a.groups };
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
    execute: (operators, { attributes: a, inputs: [x], weights: { weight, bias }, output }) =>
      operators.run({
        inputs: [x, weight, ...(bias ? [bias] : [])],
        output,
        saves: [x, weight],
        convolution: { groups: a.groups, taps: elements(a.kernel_size) },
        autocast: 'lower',
      }),
  });
}

export const convtranspose1d = convtranspose(1);
export const convtranspose2d = convtranspose(2);
export const convtranspose3d = convtranspose(3);

const windowOf = ({ kernel_size: kernel, stride, dilation, padding }: Attributes): Window => ({
  kernel,
  stride,
  dilation,
  before: padding,
  after: padding,
});

/** (size − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1 */
const enlarged = (size: Axes, a: Attributes): Axes =>
  perAxis(
    [size, a.stride, a.padding, a.dilation, a.kernel_size, a.output_padding],
    (side, stride, padding, gap, kernel, more) =>
      (side - 1) * stride - 2 * padding + gap * (kernel - 1) + more + 1,
  );

function checkOutputPadding({ output_padding, stride, dilation }: Attributes): void {
  const room = perAxis([output_padding, stride, dilation], (more, step, gap) => Math.max(step, gap) - more);
  if (room.some((rest) => rest <= 0)) {
    throw new VggError('output-padding-too-large', { output_padding, stride, dilation });
  }
}
