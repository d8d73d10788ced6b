import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { elements, product } from '../../core/arithmetic.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import { inplace } from './attributes.ts';
import { notInKeras, type KerasLayer } from './keras.ts';
import type { Applied, Call, Execution, LayerKind, NoWeights } from '../layer.ts';
import { oneOrMore, oneOrTwo, type OneOrMore, type OneOrTwo } from './inputs.ts';
import type { GradientKind, Operator, Operators, Value } from './operators.ts';

/** A number in place of a second input. */
const other = z.optional(z.number());

const attributes = z.strictObject({
  other,
  /** Overwrites the first input, as `+=` and `*=` do. */
  inplace,
});

interface Join {
  readonly keras: Omit<KerasLayer, 'config'>;
  /** Runs the operator of two tensors. */
  readonly join: (operators: Operators, a: Value, b: Value, output: Operator['output']) => Value;
  /** What the operator of a tensor and a number hands back. */
  readonly ofNumber: GradientKind;
}

/** What `add` and `mul` share: PyTorch's broadcasting among two or more inputs, or of one and a number. */
export function elementwiseJoin(
  kind: string,
  { keras, join, ofNumber }: Join,
): LayerKind<typeof attributes, OneOrMore, NoWeights> {
  return {
    kind,
    family: 'join',
    stem: kind,
    takes: oneOrMore,
    attributes,
    shape({ attributes: a, inputs }) {
      checkOther(kind, a.other, inputs.length, oneOrMore.most);
      const output = broadcast(kind, inputs);
      if (a.inplace && !sameShape(output, inputs[0])) {
        throw new VggError('inplace-cannot-grow', { kind, shape: inputs[0], output });
      }
      return output;
    },
    elementwise: ({ inputs, output }) =>
      product([elements(output), Math.max(inputs.length - 1, 1)], 'the number of operations of a join'),
    keras({ inputs }) {
      if (inputs.length === 1) notInKeras(kind, 'a number in place of a second input');
      return [{ ...keras, config: {} }];
    },
    execute(operators, { attributes: a, inputs }) {
      const [first, ...others] = inputs;
      if (others.length === 0) {
        return withNumber(operators, first, a.inplace ? { overwrites: first } : first.shape, ofNumber);
      }
      return others.reduce((left, right) => {
        const output = a.inplace ? { overwrites: left } : broadcast(kind, [left.shape, right.shape]);
        const result = join(operators, left, right, output);
        if (left !== first) operators.release(left);
        return result;
      }, first);
    },
  };
}

interface Pair {
  readonly pair: (operators: Operators, a: Value, b: Value, output: Shape) => Value;
  readonly ofNumber: GradientKind;
}

/** What `sub` and `div` share: PyTorch's broadcasting of two inputs, or one and a number. */
export const elementwisePair = (kind: string, { pair, ofNumber }: Pair) => ({
  kind,
  family: 'join' as const,
  stem: kind,
  takes: oneOrTwo,
  attributes: z.strictObject({ other }),
  shape({ attributes: a, inputs }: Call<{ readonly other?: number | undefined }, OneOrTwo>): Shape {
    const [first, second] = inputs;
    checkOther(kind, a.other, second ? 2 : 1, 2);
    return broadcast(kind, second ? [first, second] : [first]);
  },
  elementwise: ({ output }: Applied<object, OneOrTwo>): number => elements(output),
  execute: (operators: Operators, { inputs: [a, b], output }: Execution<object, OneOrTwo>): Value =>
    b ? pair(operators, a, b, output) : withNumber(operators, a, output, ofNumber),
});

const withNumber = (
  operators: Operators,
  x: Value,
  output: Operator['output'],
  gradient: GradientKind,
): Value => operators.run({ inputs: [x], output, layout: 'elementwise', gradients: [gradient] });

/** Throws `takes-several-inputs`, `takes-other-inputs` and `bad-attribute` unless there is either a number or a second input. */
function checkOther(kind: string, value: number | undefined, count: number, most: number): void {
  if (count === 1 && value === undefined) {
    if (most === Infinity) throw new VggError('takes-several-inputs', { kind, count });
    throw new VggError('takes-other-inputs', { kind, least: 2, most, count });
  }
  if (count > 1 && value !== undefined) {
    const problem = 'must be left out beside a second input';
    throw new VggError('bad-attribute', { kind, name: 'other', value, problem });
  }
}

/** The common shape, sizes of 1 and missing ones in front stretched. Throws `shapes-do-not-join`. Source: PyTorch, "Broadcasting semantics". */
export function broadcast(kind: string, shapes: readonly [Shape, ...Shape[]]): Shape {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = Math.max(...sizes);
    if (!sizes.every((own) => own === size || own === 1))
      throw new VggError('shapes-do-not-join', { kind, shapes });
    return size;
  });
}
