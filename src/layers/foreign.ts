import * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import { flag, integer } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import type { Arity, Inputs } from './shared/inputs.ts';

const attributes = z.strictObject({
  /** What the file calls it. */
  operator: z.string(),
  /** Of each result. */
  shapes: z.array(z.array(integer(1))).check(z.minLength(1)),
  types: z.array(z.enum(['float', 'int64', 'bool'])).check(z.minLength(1)),
  /** It moves elements, or says what they are: there is nothing to compute. */
  moves: flag(false),
  /** An input of which it takes the batch alone, as the first size of what it gives. */
  batch_of: z._default(z.nullable(integer(0)), null),
});
type Attributes = z.output<typeof attributes>;

const anyNumber: Arity<Inputs> = { least: 0, most: Infinity };

/** An operator of a file that is not known here: the file says what shapes it gives, and its work is in no number. */
export const foreign = defineLayer({
  kind: 'foreign',
  family: 'join',
  stem: 'foreign',
  takes: anyNumber,
  takesTypes: 'any',
  attributes,
  givesTypes: ({ types }: Attributes) => types,
  foreign: ({ operator, moves }) => ({ operator, moves }),
  shape: ({ attributes: a, inputs }) => shapesOf(a, inputs as readonly Shape[])[0]!,
  others: ({ attributes: a, inputs }) => shapesOf(a, inputs as readonly Shape[]).slice(1),
  // What it keeps for a backward pass is not known; its inputs are what most need.
  execute(operators, { attributes: a, inputs, output }) {
    const all = inputs as Parameters<typeof operators.run>[0]['inputs'];
    const values = all.filter((_, place) => place !== a.batch_of);
    const [first, ...others] = shapesOf(
      a,
      all.map(({ shape }) => shape),
    );
    const typeOf = (place: number) => (a.types[place] === 'float' ? undefined : a.types[place]);
    const type = typeOf(0);
    const float = values.find((value) => value.type !== 'int64' && value.type !== 'bool')?.type ?? 'float32';
    return operators.runAll({
      inputs: values,
      output: first ?? output,
      others: others.map((shape, i) => ({ shape, type: typeOf(i + 1) ?? float })),
      saves: values,
      layout: 'contiguous',
      resultType: type ?? float,
      gradients: values.map(({ type: held }) =>
        type !== undefined || held === 'int64' || held === 'bool' ? 'none' : 'new',
      ),
    });
  },
});

function shapesOf({ shapes, batch_of }: Attributes, inputs: readonly Shape[]): readonly Shape[] {
  const batch = batch_of === null ? undefined : inputs[batch_of]?.[0];
  return batch !== undefined ? shapes.map((shape) => [batch, ...shape.slice(1)]) : shapes;
}
