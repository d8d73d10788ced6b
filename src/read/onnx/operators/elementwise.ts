import type { TensorType } from '../../../core/tensor-type.ts';
import { commonShape } from '../arrays.ts';
import type { Call, Operator } from '../call.ts';
import type { Results } from '../host.ts';
import { isFormula, typeOf, type Constant } from '../value.ts';

const common = (call: Call) => {
  const shapes = call.inputs.flatMap((value) => (value ? [value.shape] : []));
  return (
    commonShape(shapes) ??
    call.fail(`cannot stretch ${shapes.map((shape) => shape.join('×')).join(' and ')} to one shape`)
  );
};

/** An element-wise operator that no kind says: its shape is known, its work in no number. */
export const elementwise =
  (type?: TensorType): Operator =>
  (call) => {
    const [first] = call.inputs;
    return call.unknown([common(call)], [type ?? (first ? typeOf(first) : 'float')]);
  };

/** A function of one input: what no kind names is one operation an element, as activations are. */
export const unary: Operator = (call) => {
  const x = call.computed(0);
  if (x.type !== 'float') return call.unknown([x.shape]);
  return call.add('arithmetic', { operator: call.node.operator }, [x]);
};

/** A function of one input that a kind of ours names. */
export const named =
  (kind: string): Operator =>
  (call) => {
    const x = call.computed(0);
    return x.type === 'float' ? call.add(kind, {}, [x]) : call.unknown([x.shape]);
  };

/** The larger or smaller of two, one of which may be a number. */
export const extreme =
  (kind: 'maximum' | 'minimum'): Operator =>
  (call) => {
    const number = call.constant(0) ?? call.constant(1);
    const single =
      call.inputs.length === 2 && number !== undefined && isFormula(number) && call.type() === 'float';
    if (single) return withNumbers(call, number);
    const pair = call.inputs.length === 2 && !number && call.inputs.every((one) => typeOf(one!) === 'float');
    if (!pair) return elementwise()(call);
    common(call);
    return call.add(kind, {}, [call.computed(0), call.computed(1)]);
  };

/** Sums and products; a constant among them is a parameter. */
export const join =
  (kind: 'add' | 'mul'): Operator =>
  (call) => {
    const shape = common(call);
    const [first] = call.inputs;
    if (call.inputs.length === 1 && first) return [first];
    const number = call.inputs.find((value): value is Constant => value?.constant === true);
    if (call.type() !== 'float' || call.inputs.some((value) => value && typeOf(value) !== 'float'))
      return call.unknown([shape], [call.type()]);
    if (number && isFormula(number) && call.inputs.length === 2) return withNumbers(call, number);
    return call.add(
      kind,
      {},
      call.inputs.map((_, place) => call.computed(place)),
    );
  };

/** Differences and quotients; a constant among them is no weight. */
export const pair =
  (kind: 'sub' | 'div'): Operator =>
  (call) => {
    const shape = common(call);
    const number = call.constant(0) ?? call.constant(1);
    if (call.inputs.some((value) => value && typeOf(value) !== 'float'))
      return call.unknown([shape], [call.type()]);
    if (number) return withNumbers(call, number);
    return call.add(kind, {}, [call.computed(0), call.computed(1)]);
  };

/** Kinds that take a number in place of a second input. */
const WITH_NUMBER: Readonly<Record<string, string>> = {
  Add: 'add',
  Sum: 'add',
  Mul: 'mul',
  Sub: 'sub',
  Div: 'div',
};

function withNumbers(call: Call, { shape, values }: Constant): Results {
  const place = call.inputs.findIndex((value) => value?.constant === false);
  const x = call.computed(place);
  const { operator } = call.node;
  const kind = WITH_NUMBER[operator];
  const [other] = values ?? [];
  // A difference from a number, and a number by a tensor, have no kind.
  const takes = kind !== undefined && (place === 0 || kind === 'add' || kind === 'mul');
  if (takes && values?.length === 1 && Number.isFinite(other) && shape.length <= x.shape.length)
    return call.add(kind, { other }, [x]);
  return call.add('arithmetic', { operator, shape }, [x]);
}

export const power: Operator = (call) => {
  const exponent = call.numbers(1);
  const [x] = call.inputs;
  if (exponent?.length === 1 && x?.constant === false && Number.isFinite(exponent[0]))
    return call.add('pow', { exponent: exponent[0] }, [x]);
  return elementwise()(call);
};

/** A number of other precision is the network's own type to us. */
export const cast: Operator = (call) => {
  const x = call.computed(0);
  const to = call.int('to', 1);
  const type: TensorType = to === 9 ? 'bool' : [1, 10, 11, 16].includes(to) ? 'float' : 'int64';
  return x.type === type ? [x] : call.moved(x.shape, type);
};

/** Elements of one or of the other: chosen, not computed. */
export const where: Operator = (call) => {
  const [condition, chosen, other] = [call.input(0), call.input(1), call.input(2)];
  const shape = common(call);
  const floats = [chosen, other].every((one) => typeOf(one) === 'float');
  if (!floats || condition.constant || condition.type !== 'bool' || other.constant)
    return call.moved(shape, typeOf(chosen));
  if (!chosen.constant) return call.add('where', {}, [condition, chosen, other]);
  const [value] = chosen.values ?? [];
  const isNumber = chosen.values?.length === 1 && chosen.shape.length <= shape.length;
  if (!isNumber || Number.isNaN(value)) return call.moved(shape);
  const written = value === Infinity ? 'inf' : value === -Infinity ? '-inf' : value;
  return call.add('masked_fill', { value: written }, [other, condition]);
};
