import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import { image } from './shared/spatial.ts';
import { flag, integer, pair } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { checkChannels, checkGroups, thinChannels } from './shared/channels.ts';
import { matrixAndBias } from './shared/initialization.ts';
import { slide, type Pair, type Window } from './shared/window.ts';
import type { Operators, Value } from './shared/operators.ts';
import { fused, type Recording } from './shared/keras-tape.ts';
import { kerasInitializers, notInKeras, paddingFor, zeroPadding } from './shared/keras.ts';
import { channelSums } from './shared/onnx/convolution/bias.ts';
import { convolve } from './shared/onnx/convolution/convolve.ts';
import { imageGradient } from './shared/onnx/convolution/image-gradient.ts';
import { filterGradient } from './shared/onnx/convolution/filter-gradient.ts';

const attributes = z.strictObject({
  in_channels: z.optional(integer(1)),
  out_channels: integer(1),
  kernel_size: pair(1),
  stride: z._default(pair(1), [1, 1]),
  padding: z._default(z.union([pair(0), z.enum(['same', 'valid'])]), [0, 0]),
  dilation: z._default(pair(1), [1, 1]),
  groups: z._default(integer(1), 1),
  bias: flag(true),
});
type Attributes = z.output<typeof attributes>;

/** Convolution over images. Source: torch.nn.Conv2d. */
export const conv2d = defineLayer({
  kind: 'conv2d',
  family: 'conv',
  stem: 'conv',
  attributes,
  shape({ attributes: a, inputs }) {
    const [n, c, h, w] = image(inputs[0], 'conv2d');
    checkChannels(a.in_channels, c);
    checkGroups(a.groups, c, a.out_channels);
    return [n, a.out_channels, ...slide([h, w], windowOf(a))];
  },
  weights: ({ attributes: a, inputs: [x] }) =>
    matrixAndBias([a.out_channels, x[1]! / a.groups, ...a.kernel_size], a.bias && a.out_channels),
  macs: ({ attributes: a, inputs, output }) =>
    product([elements(output), inputs[0][1]! / a.groups, ...a.kernel_size], 'the number of MACs'),
  window: ({ attributes: a }) => windowOf(a),
  thin: thinChannels,
  keras({ attributes: a, inputs, output }) {
    const channels = inputs[0][1]!;
    const w = windowOf(a);
    const depthwise = a.groups === channels && a.groups > 1;
    if (a.groups > 1 && !depthwise) notInKeras('conv2d', `groups=${a.groups} of ${channels} channels`);
    if (Math.max(...a.dilation) > 1 && Math.max(...a.stride) > 1) {
      notInKeras('conv2d', 'dilation together with a stride');
    }
    const padding = paddingFor(w, inputs[0], output);
    const bias = a.bias ? [{ name: 'bias' }] : [];
    // With stride 1 `same` puts the odd row below and right, as PyTorch's `same` does.
    const same =
      a.stride[0] === 1 &&
      a.stride[1] === 1 &&
      padding.every(([before, after], axis) => {
        const total = a.dilation[axis as 0 | 1] * (a.kernel_size[axis as 0 | 1] - 1);
        return before === Math.floor(total / 2) && before + after === total;
      });
    const config = {
      kernel_size: a.kernel_size,
      strides: a.stride,
      padding: same ? 'same' : 'valid',
      dilation_rate: a.dilation,
      use_bias: a.bias,
      ...kerasInitializers,
    };
    return [
      ...(same ? [] : zeroPadding(padding)),
      depthwise
        ? {
            class_name: 'DepthwiseConv2D',
            tape: depthwiseTape(a.bias),
            config: {
              ...config,
              depth_multiplier: a.out_channels / channels,
              depthwise_initializer: kerasInitializers.kernel_initializer,
            },
            weights: [{ name: 'weight', axes: [2, 3, 0, 1] }, ...bias],
          }
        : {
            class_name: 'Conv2D',
            tape: fused,
            config: { ...config, filters: a.out_channels },
            weights: [{ name: 'weight', axes: [2, 3, 1, 0] }, ...bias],
          },
    ];
  },
  onnx(g, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
    const convolution = { window: windowOf(a), groups: a.groups };
    return {
      output: convolve(g, convolution, x, weight, bias, output),
      backward: (gradient, [needed]) => ({
        inputs: [needed ? imageGradient(g, convolution, gradient, weight, x.shape) : undefined],
        weights: {
          weight: filterGradient(g, convolution, gradient, x, weight.shape),
          ...(bias && { bias: channelSums(g, gradient) }),
        },
      }),
    };
  },
  execute(operators, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
    const padded = padUnevenly(operators, a, x);
    const result = operators.run({
      inputs: [padded, weight, ...(bias ? [bias] : [])],
      output,
      saves: [padded, weight],
      autocast: 'lower',
    });
    if (padded !== x) operators.release(padded);
    return result;
  },
});

/** A depthwise convolution adds its bias by an operation of its own. */
const depthwiseTape =
  (bias: boolean): Recording =>
  (tape, { inputs, output, weights }) => {
    const y = tape.run({ inputs, output, weights, saves: inputs });
    return bias ? tape.run({ inputs: [y], output, saves: [y], passes: true }) : y;
  };

/** `same` pads so that the size stays; an odd total leaves the extra row and column below and right. */
function windowOf(a: Attributes): Window {
  const { kernel_size: kernel, stride, dilation, padding } = a;
  if (padding === 'valid') return { kernel, stride, dilation, before: [0, 0], after: [0, 0] };
  if (padding !== 'same') return { kernel, stride, dilation, before: padding, after: padding };
  if (stride[0] !== 1 || stride[1] !== 1) throw new VggError('same-padding-with-stride', { stride });
  const total: Pair = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
  const before: Pair = [Math.floor(total[0] / 2), Math.floor(total[1] / 2)];
  return { kernel, stride, dilation, before, after: [total[0] - before[0], total[1] - before[1]] };
}

/** `same` with an even window first pads the longer side on a copy; the rest is the convolution's own padding. */
function padUnevenly(operators: Operators, a: Attributes, x: Value): Value {
  const { before, after } = windowOf(a);
  const extra = [after[0] - before[0], after[1] - before[1]] as const;
  if (extra[0] === 0 && extra[1] === 0) return x;
  const [n, c, h, w] = image(x.shape, 'conv2d');
  return operators.run({ inputs: [x], output: [n, c, h + extra[0], w + extra[1]] });
}
