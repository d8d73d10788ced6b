import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { MOST_DIMENSIONS } from '../../onnx/tensor-data.ts';
import type { Call } from './call.ts';

/** The shape that Reshape gives: 0 keeps a size, −1 is what is left. Undefined where it is not known. */
export function reshapedTo(call: Call, from: Shape): number[] | undefined {
  const wanted = call.intsOrInput('shape', 1);
  if (!wanted) return undefined;
  const copies = call.int('allowzero', 0) === 0;
  const sizes = wanted.map((size, axis) => (size === 0 && copies ? (from[axis] ?? 0) : size));
  const open = sizes.filter((size) => size === -1).length;
  const problem = `cannot turn ${from.join('×')} into [${wanted.slice(0, 16).join(', ')}]`;
  if (open > 1 || sizes.some((size) => size < -1)) call.fail(problem);
  const total = elements(from);
  const given = elements(sizes.filter((size) => size !== -1));
  const left = open === 0 ? 1 : total / given;
  if (!Number.isInteger(left) || (open === 0 && total !== given)) call.fail(problem);
  return sizes.map((size) => (size === -1 ? left : size));
}

/** Axes that an operator names, from the front. */
function axesOf(call: Call, rank: number): readonly number[] | undefined {
  if (call.dependsOn(1)) call.fail('has axes that depend on the input');
  return call.intsOrInput('axes', 1)?.map((axis) => call.axis(axis, rank));
}

export function squeezed(
  call: Call,
  from: Shape,
): { readonly axes: readonly number[]; readonly shape: Shape } {
  const axes = axesOf(call, from.length) ?? from.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (axes.some((axis) => from[axis] !== 1))
    call.fail(`cannot leave out axes of ${from.join('×')} that are not 1`);
  return { axes, shape: from.filter((_, axis) => !axes.includes(axis)) };
}

export function unsqueezed(
  call: Call,
  from: Shape,
): { readonly axes: readonly number[]; readonly shape: Shape } {
  const given = call.intsOrInput('axes', 1) ?? call.fail('has axes that depend on the input');
  const rank = from.length + given.length;
  if (rank > MOST_DIMENSIONS) call.fail(`gives ${rank} dimensions`);
  const axes = given.map((axis) => call.axis(axis, rank)).toSorted((a, b) => a - b);
  if (new Set(axes).size !== axes.length) call.fail('names an axis twice');
  const shape = [...from];
  for (const axis of axes) shape.splice(axis, 0, 1);
  return { axes, shape };
}

interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** What Slice keeps of each axis that it names. Undefined where that is not known. */
export function sliced(call: Call, from: Shape): Cut[] | undefined {
  const [starts, ends] = [call.intsOrInput('starts', 1), call.intsOrInput('ends', 2)];
  if (!starts || !ends || call.dependsOn(3) || call.dependsOn(4)) return undefined;
  if (starts.length > from.length) call.fail(`cuts ${starts.length} axes of ${from.length}`);
  const axes = call.intsOrInput('axes', 3) ?? starts.map((_, axis) => axis);
  const steps = call.numbers(4) ?? starts.map(() => 1);
  return starts.map((start, i) => {
    const axis = call.axis(axes[i] ?? 0, from.length);
    const [size, step, end] = [from[axis]!, steps[i] ?? 1, ends[i] ?? 0];
    if (step === 0 || !Number.isInteger(step)) call.fail('has a step of 0');
    const low = step > 0 ? 0 : -1;
    const high = step > 0 ? size : size - 1;
    const within = (place: number) => Math.min(Math.max(place < 0 ? place + size : place, low), high);
    const [first, last] = [within(start), within(end)];
    return { axis, start: first, step, count: Math.max(Math.ceil((last - first) / step), 0) };
  });
}

/** The sizes of the parts that Split gives. Undefined where they are not known. */
export function splitSizes(call: Call, size: number): readonly number[] | undefined {
  const given = call.intsOrInput('split', 1);
  if (given) {
    const { length } = call.node.outputs;
    if (given.length !== length) call.fail(`cuts ${given.length} parts for ${length} results`);
    const total = given.reduce((sum, one) => sum + one, 0);
    if (total !== size || given.some((one) => one < 0))
      call.fail(`cannot cut ${size} into ${given.slice(0, 16).join(', ')}`);
    return given;
  }
  if (call.dependsOn(1)) return undefined;
  const parts = call.int('num_outputs', call.node.outputs.length);
  if (!(parts >= 1 && parts <= call.node.outputs.length)) return call.fail(`cannot give ${parts} results`);
  const each = Math.ceil(size / parts);
  return Array.from({ length: parts }, (_, i) => Math.max(Math.min(each, size - i * each), 0));
}
