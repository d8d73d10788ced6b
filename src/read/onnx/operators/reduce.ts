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

/** A mean, a sum or an extreme over axes, all of them where none is named. */
export const reduction =
  (kind: 'mean' | 'sum' | 'amax' | 'amin'): Operator =>
  (call) => {
    const found = reduced(call);
    if (!found) return undefined;
    if (call.type() !== 'float') return otherReduction(call);
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

/** Sums of all that came before, from the front and with the element itself. */
export const cumulated: Operator = (call) => {
  const { shape } = call.input(0);
  const [axis] = call.numbers(1) ?? [];
  const plain = call.int('exclusive', 0) === 0 && call.int('reverse', 0) === 0;
  if (axis === undefined || !plain || call.type() !== 'float') return call.unknown([shape]);
  return call.add('cumsum', { dim: call.axis(axis, shape.length) }, [call.computed(0)]);
};

/** The largest or smallest along an axis, and their places. */
export const topk: Operator = (call) => {
  const { shape } = call.input(0);
  const [k] = call.intsOrInput('k', 1) ?? [call.int('k', 0)];
  const dim = call.axis(call.int('axis', -1), shape.length);
  if (call.type() !== 'float' || call.dependsOn(1) || k === undefined || k < 1 || k > shape[dim]!)
    return undefined;
  const [largest, sorted] = [call.int('largest', 1) === 1, call.int('sorted', 1) === 1];
  return call.add('topk', { k, dim, largest, sorted }, [call.computed(0)]);
};

/** The place of the largest or smallest. */
export const place: Operator = (call) => {
  const { shape } = call.input(0);
  const axis = call.axis(call.int('axis', 0), shape.length);
  const first = call.int('select_last_index', 0) === 0;
  if (call.node.operator === 'ArgMax' && first && call.type() === 'float') {
    const keepdim = call.int('keepdims', 1) === 1;
    return call.add('argmax', { dim: axis, keepdim }, [call.computed(0)]);
  }
  const type: TensorType = 'int64';
  const keeps = call.int('keepdims', 1) === 1;
  return call.unknown([keeps ? shape.with(axis, 1) : shape.toSpliced(axis, 1)], [type]);
};
