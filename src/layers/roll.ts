import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import type { Shape } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { order } from './shared/axes.ts';
import { turned } from './shared/onnx/roll.ts';

const oneOrMore = z.union([z.int(), z.array(z.int()).check(z.minLength(1))]);
const attributes = z.strictObject({
  /** By how many places, for each of `dims`; negative ones towards the front. */
  shifts: oneOrMore,
  dims: oneOrMore,
});

/** Elements moved along dimensions, those that leave at one end coming in at the other. Source: torch.roll. */
export const roll = defineLayer({
  kind: 'roll',
  family: 'reshape',
  stem: 'roll',
  takesTypes: 'any',
  attributes,
  shape({ attributes: a, inputs: [x] }) {
    turns(a, x);
    return x;
  },
  onnx(g, { attributes: a, inputs: [x] }) {
    const all = turns(a, x.shape);
    return {
      output: all.reduce((from, { axis, by }) => turned(g, from, axis, by), x),
      backward: (gradient) => ({
        inputs: [all.reduce((from, { axis, by }) => turned(g, from, axis, -by), gradient)],
      }),
    };
  },
  // One dimension after the other, each into a tensor of its own.
  execute: (operators, { attributes: a, inputs: [x] }) =>
    turns(a, x.shape).reduce((from, _, i) => {
      const result = operators.run({ inputs: [from], output: from.shape, layout: 'contiguous' });
      if (i > 0) operators.release(from);
      return result;
    }, x),
});

interface Turn {
  readonly axis: number;
  readonly by: number;
}

/** Throws `no-such-dimension`, and `bad-attribute` unless there is a shift for each dimension. */
function turns({ shifts, dims }: z.output<typeof attributes>, x: Shape): readonly Turn[] {
  const [places, axes] = [shifts, dims].map((list) => (typeof list === 'number' ? [list] : list)) as [
    number[],
    number[],
  ];
  if (places.length !== axes.length) {
    const problem = `must have as many numbers as dims, ${axes.length}`;
    throw new VggError('bad-attribute', { kind: 'roll', name: 'shifts', value: shifts, problem });
  }
  return order(axes, x).map((axis, i) => ({ axis, by: places[i]! }));
}
