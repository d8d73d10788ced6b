import type { Call } from './call.ts';
import type { Shape } from '../../core/shape.ts';
import type { Computed } from './value.ts';

/** A window as ONNX describes it, spelled out for each spatial axis. */
export interface FileWindow {
  readonly rank: number;
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The window of a node over an input. Throws `onnx-bad-node`. */
export function windowOf(call: Call, input: Shape, kernel: readonly number[]): FileWindow {
  const rank = input.length - 2;
  const list = (name: string, length: number, byDefault: number) => {
    const given = call.ints(name) ?? Array.from({ length }, () => byDefault);
    if (given.length !== length) call.fail(`has ${given.length} numbers in ${name}, not ${length}`);
    return given;
  };
  if (rank < 1 || kernel.length !== rank)
    call.fail(`has a window of ${kernel.length} axes over ${input.join('×')}`);
  if (kernel.some((side) => side < 1)) call.fail('has a window of no size');
  const stride = list('strides', rank, 1);
  const dilation = list('dilations', rank, 1);
  if (stride.some((step) => step < 1) || dilation.some((gap) => gap < 1))
    call.fail('has a stride or dilation below 1');
  const auto = call.text('auto_pad', 'NOTSET');
  if (auto !== 'SAME_UPPER' && auto !== 'SAME_LOWER') {
    const pads = auto === 'VALID' ? kernel.flatMap(() => [0, 0]) : list('pads', 2 * rank, 0);
    return { rank, kernel, stride, dilation, before: pads.slice(0, rank), after: pads.slice(rank) };
  }
  // As many outputs as strides fit into the input, the odd pixel behind it or before it.
  const missing = kernel.map((side, axis) => {
    const [size, step] = [input[axis + 2]!, stride[axis]!];
    return Math.max((Math.ceil(size / step) - 1) * step + dilation[axis]! * (side - 1) + 1 - size, 0);
  });
  const less = missing.map((both) => Math.floor(both / 2));
  const more = missing.map((both) => Math.ceil(both / 2));
  const upper = auto === 'SAME_UPPER';
  return { rank, kernel, stride, dilation, before: upper ? less : more, after: upper ? more : less };
}

export const isSymmetric = ({ before, after }: FileWindow): boolean =>
  before.every((side, axis) => side === after[axis] && side >= 0);

/** Our argument for a border: the last axis first, each before and after. */
export const lastFirst = (before: readonly number[], after: readonly number[]): number[] =>
  before
    .flatMap((side, axis) => [[side, after[axis]!]])
    .toReversed()
    .flat();

/** The input with a border of its own, where a layer cannot lay it itself. */
export function padded(call: Call, x: Computed, { rank, before, after }: FileWindow, value = 0): Computed {
  const padding = lastFirst(before, after);
  if (padding.every((side) => side === 0)) return x;
  const [result] =
    value === 0
      ? call.add(`zeropad${rank}d`, { padding }, [x])
      : call.add(`constantpad${rank}d`, { padding, value }, [x]);
  return result!;
}
