import type { Call, Operator } from '../call.ts';
import type { TensorType } from '../../../core/tensor-type.ts';

function reduced(call: Call) {
  const { shape } = call.input(0);
  if (call.dependsOn(1)) return undefined;
  const given = call.intsOrInput('axes', 1)?.map((axis) => call.axis(axis, shape.length)) ?? [];
  const axes = given.length > 0 ? given : shape.map((_, axis) => axis);
  const keepdim = call.int('keepdims', 1) === 1;
  return { shape, axes, keepdim, all: given.length === 0 };
}

/** A mean or a sum over axes, all of them where none is named. */
export const reduction =
  (kind: 'mean' | 'sum'): Operator =>
  (call) => {
    const found = reduced(call);
    if (!found) return undefined;
    const { axes, keepdim, all } = found;
    if (all && call.int('noop_with_empty_axes', 0) === 1) return [call.input(0)];
    return call.add(kind, { dim: all ? null : axes, keepdim }, [call.computed(0)]);
  };

/** A sum of absolute values or of squares, or the root of that. */
export const norm =
  (kind: 'abs' | 'pow', root: boolean): Operator =>
  (call) => {
    const found = reduced(call);
    if (!found) return undefined;
    const { axes, keepdim } = found;
    const terms = call.add(kind, kind === 'pow' ? { exponent: 2 } : {}, [call.computed(0)]);
    const sum = call.add('sum', { dim: axes, keepdim }, terms);
    return root ? call.add('sqrt', {}, sum) : sum;
  };

/** Another reduction: its shape is known. */
export const otherReduction: Operator = (call) => {
  const found = reduced(call);
  if (!found) return undefined;
  const { shape, axes, keepdim } = found;
  return call.unknown([shape.flatMap((size, axis) => (axes.includes(axis) ? (keepdim ? [1] : []) : [size]))]);
};

/** The place of the largest or smallest. */
export const place: Operator = (call) => {
  const { shape } = call.input(0);
  const axis = call.axis(call.int('axis', 0), shape.length);
  const type: TensorType = 'int64';
  const keeps = call.int('keepdims', 1) === 1;
  return call.unknown([keeps ? shape.with(axis, 1) : shape.toSpliced(axis, 1)], [type]);
};
