import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { once } from '../core/once.ts';
import { elements, product } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import { flag, integer, sides } from './shared/attributes.ts';
import { executeBorder, onnxBorder, withBorder, type Border } from './shared/border.ts';
import { defineLayer } from './layer.ts';
import { checkChannels, checkGroups, thinChannels } from './shared/channels.ts';
import { matrixAndBias } from './shared/initialization.ts';
import { everyAxis, perAxis, reachOf, slide, type Axes, type Rank, type Window } from './shared/window.ts';
import type { Operators, Value } from './shared/operators.ts';
import { fused, type Recording } from './shared/keras-tape.ts';
import { kerasInitializers, notInKeras, onlyImages, paddingFor, zeroPadding } from './shared/keras.ts';
import { channelSums } from './shared/onnx/convolution/bias.ts';
import { convolve } from './shared/onnx/convolution/convolve.ts';
import { imageGradient } from './shared/onnx/convolution/image-gradient.ts';
import { filterGradient } from './shared/onnx/convolution/filter-gradient.ts';
import { spatial } from './shared/spatial.ts';

const attributesOf = (rank: Rank) =>
  z.strictObject({
    in_channels: z.optional(integer(1)),
    out_channels: integer(1),
    kernel_size: sides(rank, 1),
    stride: z._default(sides(rank, 1), everyAxis(rank, 1)),
    padding: z._default(z.union([sides(rank, 0), z.enum(['same', 'valid'])]), everyAxis(rank, 0)),
    dilation: z._default(sides(rank, 1), everyAxis(rank, 1)),
    groups: z._default(integer(1), 1),
    bias: flag(true),
    /** What the padding holds: zeros when left out. */
    padding_mode: z.optional(z.enum(['zeros', 'reflect', 'replicate', 'circular'])),
  });
type Attributes = z.output<ReturnType<typeof attributesOf>>;

/** Convolution over sequences, images or volumes. Source: torch.nn.Conv1d, Conv2d, Conv3d. */
function conv(rank: Rank) {
  const kind = `conv${rank}d`;
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
      checkSame(a, rank, size);
      const border = borderOf(a);
      if (border) withBorder(border, size);
      return [n, a.out_channels, ...slide(size, windowOf(a))];
    },
    weights: ({ attributes: a, inputs: [x] }) =>
      matrixAndBias([a.out_channels, x[1]! / a.groups, ...a.kernel_size], a.bias && a.out_channels),
    macs: ({ attributes: a, inputs, output }) =>
      product([elements(output), inputs[0][1]! / a.groups, ...a.kernel_size], 'the number of MACs'),
    window: ({ attributes: a }) => windowOf(a),
    thin: thinChannels,
    keras({ attributes: a, inputs, output }) {
      onlyImages(kind, rank);
      return kerasConvolution(kind, a, inputs[0], output);
    },
    onnx(g, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
      const border = borderOf(a);
      const bordered = border && onnxBorder(g, x, border);
      const image = bordered?.output ?? x;
      const convolution = { window: bareWindow(a), groups: a.groups };
      return {
        output: convolve(g, convolution, image, weight, bias, output),
        backward(gradient, [needed]) {
          const back = () => imageGradient(g, convolution, gradient, weight, image.shape);
          return {
            inputs: [needed ? (bordered?.backward(back()).inputs[0] ?? back()) : undefined],
            weights: {
              weight: filterGradient(g, convolution, gradient, image, weight.shape),
              ...(bias && { bias: channelSums(g, gradient) }),
            },
          };
        },
      };
    },
    execute(operators, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
      const padded = padFirst(operators, a, x);
      const result = operators.run({
        inputs: [padded, weight, ...(bias ? [bias] : [])],
        output,
        saves: [padded, weight],
        convolution: { groups: a.groups, taps: elements(a.kernel_size) },
        autocast: 'lower',
      });
      if (padded !== x) operators.release(padded);
      return result;
    },
  });
}

export const conv1d = conv(1);
export const conv2d = conv(2);
export const conv3d = conv(3);

/** A depthwise convolution adds its bias by an operation of its own. */
const depthwiseTape =
  (bias: boolean): Recording =>
  (tape, { inputs, output, weights }) => {
    const y = tape.run({ inputs, output, weights, saves: inputs });
    return bias ? tape.run({ inputs: [y], output, saves: [y], passes: true }) : y;
  };

function kerasConvolution(kind: string, a: Attributes, input: Shape, output: Shape) {
  const channels = input[1]!;
  const w = windowOf(a);
  const depthwise = a.groups === channels && a.groups > 1;
  if (borderOf(a)) notInKeras(kind, `padding_mode=${a.padding_mode}`);
  if (a.groups > 1 && !depthwise) notInKeras(kind, `groups=${a.groups} of ${channels} channels`);
  if (Math.max(...a.dilation) > 1 && Math.max(...a.stride) > 1) {
    notInKeras(kind, 'dilation together with a stride');
  }
  const padding = paddingFor(w, input, output);
  const bias = a.bias ? [{ name: 'bias' }] : [];
  // With stride 1 `same` puts the odd row below and right, as PyTorch's `same` does.
  const totals = totalOf(a);
  const same =
    a.stride.every((step) => step === 1) &&
    padding.every(([before, after], axis) => {
      const total = totals[axis]!;
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
}

/** `same` pads so that the size stays; an odd total leaves the extra row and column below and right. */
function windowOf(a: Attributes): Window {
  const { kernel_size: kernel, stride, dilation, padding } = a;
  const none = kernel.map(() => 0);
  if (padding === 'valid') return { kernel, stride, dilation, before: none, after: none };
  if (padding !== 'same') return { kernel, stride, dilation, before: padding, after: padding };
  const total = totalOf(a);
  const before = total.map((both) => Math.floor(both / 2));
  return { kernel, stride, dilation, before, after: perAxis([total, before], (both, first) => both - first) };
}

/**
 * Throws `same-padding-with-stride`, as PyTorch does, with the border of zeros by which TensorFlow makes as many outputs
 * as there are steps in the image. Source: tf.nn, "padding: same".
 */
function checkSame({ padding, stride, kernel_size: kernel, dilation }: Attributes, rank: Rank, size: Axes) {
  if (padding !== 'same' || stride.every((step) => step === 1)) return;
  const missing = perAxis([size, stride, reachOf({ kernel, dilation })], (side, step, reach) =>
    Math.max((Math.ceil(side / step) - 1) * step + reach - side, 0),
  );
  const lastFirst = missing.toReversed().flatMap((both) => [Math.floor(both / 2), Math.ceil(both / 2)]);
  throw new VggError('same-padding-with-stride', { stride, rank, padding: lastFirst });
}

/** What `same` pads along each axis, both sides together. */
const totalOf = ({ kernel_size, dilation }: Attributes): number[] =>
  perAxis([kernel_size, dilation], (side, gap) => gap * (side - 1));

/** The border that another `padding_mode` than zeros lays around the image first. */
function borderOf(a: Attributes): Border | undefined {
  const { padding_mode: mode = 'zeros' } = a;
  if (mode === 'zeros') return undefined;
  const { before, after } = windowOf(a);
  return { mode, before, after };
}

/** The convolution's own window: without padding where a border was laid first. */
function bareWindow(a: Attributes): Window {
  const window = windowOf(a);
  const none = window.before.map(() => 0);
  return borderOf(a) ? { ...window, before: none, after: none } : window;
}

/** `same` with an even window pads the longer sides on a copy; the rest is the convolution's own padding. */
function padFirst(operators: Operators, a: Attributes, x: Value): Value {
  const border = borderOf(a);
  if (border) return executeBorder(operators, x, border);
  const { before, after } = windowOf(a);
  const extra = perAxis([before, after], (first, last) => last - first);
  if (extra.every((side) => side === 0)) return x;
  const [n, c, ...size] = x.shape;
  return operators.run({
    inputs: [x],
    output: [n!, c!, ...perAxis([size, extra], (side, more) => side + more)],
  });
}
