import type { Call, Operator } from '../call.ts';
import { lastFirst } from '../windows.ts';

/** Our modes by ONNX's and the number of spatial axes. */
const MODES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  nearest: ['nearest', 'nearest', 'nearest'],
  linear: ['linear', 'bilinear', 'trilinear'],
  bilinear: ['linear', 'bilinear', 'trilinear'],
  cubic: [undefined, 'bicubic', undefined],
};

/** The size of the result; undefined where it is not known. */
function enlarged(call: Call, shape: readonly number[]): readonly number[] | undefined {
  // Version 10 has scales in the second place, where later ones have a region of interest.
  const scales =
    call.attribute('scales').floats ??
    call.numbers(call.node.operator === 'Upsample' || call.opset < 11 ? 1 : 2);
  const sizes = call.numbers(3);
  const axes =
    call.ints('axes')?.map((axis) => call.axis(axis, shape.length)) ?? shape.map((_, axis) => axis);
  const given = sizes && sizes.length > 0 ? sizes : scales;
  if (!given || given.length !== axes.length) return undefined;
  const result = [...shape];
  for (const [i, axis] of axes.entries()) {
    result[axis] = given === sizes ? given[i]! : Math.floor(shape[axis]! * given[i]! + 1e-6);
  }
  return result;
}

export const resize: Operator = (call) => {
  const x = call.computed(0);
  const wanted = enlarged(call, x.shape);
  if (!wanted || call.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch') return undefined;
  if (wanted.some((side) => !Number.isInteger(side) || side < 1)) return call.fail('gives an empty tensor');
  const rank = x.shape.length - 2;
  const mode = MODES[call.text('mode', 'nearest')]?.[rank - 1];
  const spatial = wanted[0] === x.shape[0] && wanted[1] === x.shape[1] && rank >= 1 && rank <= 3;
  const crops = call.text('coordinate_transformation_mode', '') === 'tf_crop_and_resize';
  if (!mode || !spatial || crops) return call.unknown([wanted]);
  const aligned = mode !== 'nearest' && call.text('coordinate_transformation_mode', '') === 'align_corners';
  return call.add('upsample', { size: wanted.slice(2), mode, ...(aligned && { align_corners: true }) }, [x]);
};

const BORDERS: Readonly<Record<string, string>> = {
  reflect: 'reflectionpad',
  edge: 'replicationpad',
  wrap: 'circularpad',
};

export const pad: Operator = (call) => {
  const x = call.computed(0);
  const { length } = x.shape;
  const given = call.ints('pads') ?? call.ints('paddings') ?? call.numbers(1);
  if (!given || call.dependsOn(3)) return undefined;
  const axes = call.numbers(3)?.map((axis) => call.axis(axis, length)) ?? x.shape.map((_, axis) => axis);
  if (given.length !== 2 * axes.length) return call.fail(`has ${given.length} pads for ${axes.length} axes`);
  const before = x.shape.map(() => 0);
  const after = x.shape.map(() => 0);
  for (const [i, axis] of axes.entries()) {
    before[axis] = given[i]!;
    after[axis] = given[i + axes.length]!;
  }
  const shape = x.shape.map((side, axis) => side + before[axis]! + after[axis]!);
  if (shape.some((side) => side < 1)) return call.fail('leaves nothing');
  if (given.every((side) => side === 0)) return [x];
  const mode = call.text('mode', 'constant');
  const rank = length - 2;
  const spatial =
    [before, after].every((sides) => sides[0] === 0 && sides[1] === 0) && rank >= 1 && rank <= 3;
  const padding = lastFirst(before.slice(2), after.slice(2));
  if (mode !== 'constant')
    return spatial && BORDERS[mode]
      ? call.add(`${BORDERS[mode]}${rank}d`, { padding }, [x])
      : call.moved(shape);
  const value =
    call.attribute('value').float ?? (call.dependsOn(2) ? undefined : (call.numbers(2)?.[0] ?? 0));
  if (!spatial && value !== undefined && Number.isFinite(value))
    return call.add('pad', { pad: lastFirst(before, after), value }, [x]);
  if (value === 0) return call.add(`zeropad${rank}d`, { padding }, [x]);
  return value !== undefined && Number.isFinite(value)
    ? call.add(`constantpad${rank}d`, { padding, value }, [x])
    : call.moved(shape);
};
