import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { elements, product } from '../../core/arithmetic.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import { inplace } from './attributes.ts';
import type { KerasLayer } from './keras.ts';
import type { Applied, Call, LayerKind, NoWeights } from '../layer.ts';
import { two, twoOrMore, type Two, type TwoOrMore } from './inputs.ts';
import type { Operator, Operators, Value } from './operators.ts';

const attributes = z.strictObject({
  /** Overwrites the first input, as `+=` and `*=` do. */
  inplace,
});

/** What `add` and `mul` share: PyTorch's broadcasting among two or more inputs. */
export function elementwiseJoin(
  kind: string,
  keras: Omit<KerasLayer, 'config'>,
  join: (operators: Operators, a: Value, b: Value, output: Operator['output']) => Value,
): LayerKind<typeof attributes, TwoOrMore, NoWeights> {
  return {
    kind,
    family: 'join',
    stem: kind,
    takes: twoOrMore,
    attributes,
    shape({ attributes: a, inputs }) {
      const output = broadcast(kind, inputs);
      if (a.inplace && !sameShape(output, inputs[0])) {
        throw new VggError('inplace-cannot-grow', { kind, shape: inputs[0], output });
      }
      return output;
    },
    elementwise: ({ inputs, output }) =>
      product([elements(output), inputs.length - 1], 'the number of operations of a join'),
    keras: () => [{ ...keras, config: {} }],
    execute(operators, { attributes: a, inputs }) {
      const [first, ...others] = inputs;
      return others.reduce((left, right) => {
        const output = a.inplace ? { overwrites: left } : broadcast(kind, [left.shape, right.shape]);
        const result = join(operators, left, right, output);
        if (left !== first) operators.release(left);
        return result;
      }, first);
    },
  };
}

/** What `sub` and `div` share: PyTorch's broadcasting of two inputs. */
export const elementwisePair = (kind: string) => ({
  kind,
  family: 'join' as const,
  stem: kind,
  takes: two,
  attributes: z.strictObject({}),
  shape: ({ inputs }: Call<object, Two>): Shape => broadcast(kind, inputs),
  elementwise: ({ output }: Applied<object, Two>): number => elements(output),
});

/** The common shape, sizes of 1 and missing ones in front stretched. Throws `shapes-do-not-join`. Source: PyTorch, "Broadcasting semantics". */
function broadcast(kind: string, shapes: readonly [Shape, ...Shape[]]): Shape {
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = Math.max(...sizes);
    if (!sizes.every((own) => own === size || own === 1))
      throw new VggError('shapes-do-not-join', { kind, shapes });
    return size;
  });
}
