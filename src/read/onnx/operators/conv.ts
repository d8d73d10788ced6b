import type { Shape } from '../../../core/shape.ts';
import { slide } from '../../../layers/shared/window.ts';
import type { Call, Operator } from '../call.ts';
import type { Results } from '../host.ts';
import { isSymmetric, padded, windowOf } from '../windows.ts';
import { commonShape } from '../arrays.ts';
import type { Computed, Constant } from '../value.ts';

/** Kinds for sequences, images and volumes. */
const hasKinds = ({ shape }: Computed): boolean => shape.length >= 3 && shape.length <= 5;

/** The bias, added apart where a layer cannot have it. */
function withBias(call: Call, y: Computed, bias: Constant | undefined): Results {
  if (!bias) return [y];
  const shape: Shape = [bias.shape[0]!, ...y.shape.slice(2).map(() => 1)];
  return commonShape([y.shape, shape]) ? call.add('add', {}, [y, call.asComputed({ ...bias, shape })]) : [y];
}

export const conv: Operator = (call) => {
  const x = call.computed(0);
  if (!hasKinds(x)) return undefined;
  const [weight, { shape }] = [call.constant(1), call.input(1)];
  const [out = 0, perGroup = 0, ...kernel] = shape;
  const groups = call.int('group', 1);
  const window = windowOf(call, x.shape, call.ints('kernel_shape') ?? kernel);
  if (kernel.join() !== window.kernel.join()) call.fail('has a kernel_shape that is not its weight’s');
  if (perGroup * groups !== x.shape[1]) {
    call.fail(`has weights for ${perGroup * groups} channels, and ${x.shape[1]} come in`);
  }
  // Filters that are computed, as a weight norm's are, have no kind.
  if (!weight || (call.inputs[2] && !call.constant(2))) {
    return call.unknown([[x.shape[0]!, out, ...slide(x.shape.slice(2), window)]]);
  }
  const bias = biasOf(call, out);
  const apart = call.isSharedApart(weight);
  const symmetric = isSymmetric(window);
  const image = symmetric ? x : padded(call, x, window);
  const [y] = call.add(
    `conv${window.rank}d`,
    {
      out_channels: out,
      kernel_size: kernel,
      stride: window.stride,
      padding: symmetric ? window.before : window.before.map(() => 0),
      dilation: window.dilation,
      groups,
      bias: bias !== undefined && !apart,
    },
    [image],
    { weight, bias: apart ? undefined : bias },
  );
  return withBias(call, y!, apart ? bias : undefined);
};

function biasOf(call: Call, channels: number): Constant | undefined {
  const bias = call.constant(2);
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels))
    call.fail('has a bias of another size than its channels');
  return bias;
}

export const convTranspose: Operator = (call) => {
  const weight = call.constant(1);
  const x = call.computed(0);
  if (!weight || (call.inputs[2] && !call.constant(2)) || !hasKinds(x)) return undefined;
  const [channels = 0, perGroup = 0, ...kernel] = weight.shape;
  const groups = call.int('group', 1);
  if (channels !== x.shape[1]) call.fail(`has weights for ${channels} channels, and ${x.shape[1]} come in`);
  const given = windowOf(call, x.shape, call.ints('kernel_shape') ?? kernel);
  const { rank, stride, dilation } = given;
  const more = call.ints('output_padding') ?? kernel.map(() => 0);
  // What the output has before anything is cut off its sides.
  const whole = kernel.map(
    (side, axis) => stride[axis]! * (x.shape[axis + 2]! - 1) + dilation[axis]! * (side - 1) + 1,
  );
  const cut = cutOff(call, given, whole, x.shape.slice(2), more);
  const out = perGroup * groups;
  const bias = biasOf(call, out);
  const apart = call.isSharedApart(weight);
  // PyTorch cuts alike on both sides; what output_padding adds is behind.
  const plain = cut.before.every((side, axis) => {
    const extra = side - cut.after[axis]!;
    return side >= 0 && extra >= 0 && extra < Math.max(stride[axis]!, dilation[axis]!);
  });
  const attributes = {
    out_channels: out,
    kernel_size: kernel,
    stride,
    groups,
    dilation,
    bias: bias !== undefined && !apart,
  };
  const padding = plain ? cut.before : kernel.map(() => 0);
  const output_padding = plain
    ? cut.before.map((side, axis) => side - cut.after[axis]!)
    : kernel.map(() => 0);
  const [y] = call.add(`convtranspose${rank}d`, { ...attributes, padding, output_padding }, [x], {
    weight,
    bias: apart ? undefined : bias,
  });
  const cropped = plain
    ? y!
    : padded(call, y!, {
        ...given,
        before: cut.before.map((side) => -side),
        after: cut.after.map((side) => -side),
      });
  return withBias(call, cropped, apart ? bias : undefined);
};

/** How many pixels go on each side; below 0 some are added. */
function cutOff(
  call: Call,
  window: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly stride: readonly number[];
  },
  whole: readonly number[],
  size: readonly number[],
  more: readonly number[],
) {
  const auto = call.text('auto_pad', 'NOTSET');
  const same = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
  const wanted =
    call.ints('output_shape')?.slice(-size.length) ??
    (same ? size.map((side, axis) => side * window.stride[axis]!) : undefined);
  if (!wanted) return { before: window.before, after: window.after.map((side, axis) => side - more[axis]!) };
  const total = whole.map((side, axis) => side - wanted[axis]!);
  const less = total.map((both) => Math.floor(both / 2));
  const rest = total.map((both, axis) => both - less[axis]!);
  return auto === 'SAME_UPPER' ? { before: less, after: rest } : { before: rest, after: less };
}
