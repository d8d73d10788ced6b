import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import type { Shape } from '../core/shape.ts';
import { offset } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { padAxes } from './shared/onnx/arithmetic.ts';

const attributes = z.strictObject({
  /** Before and behind each dimension, the last dimension first; negative sizes cut away. */
  pad: z.array(offset).check(z.minLength(2)),
  value: z._default(z.number(), 0),
});

/**
 * A border of one number around any dimensions. Source: torch.nn.functional.pad, mode "constant"; the other modes are
 * kinds of their own.
 */
export const pad = defineLayer({
  kind: 'pad',
  family: 'resize',
  stem: 'pad',
  takesTypes: 'any',
  attributes,
  shape({ attributes: a, inputs: [x] }) {
    const { before, after } = margins(a, x);
    const output = x.map((size, axis) => size + before[axis]! + after[axis]!);
    if (output.some((size) => size < 1)) throw new VggError('output-collapses', { size: x, output });
    return output;
  },
  onnx(g, { attributes: a, inputs: [x] }) {
    const { before, after } = margins(a, x.shape);
    const back = (sizes: readonly number[]) => sizes.map((size) => -size);
    return {
      output: padAxes(g, x, before, after, a.value),
      backward: (gradient) => ({ inputs: [padAxes(g, gradient, back(before), back(after))] }),
    };
  },
  // A copy even where nothing is added.
  execute: (operators, { inputs: [x], output }) => operators.run({ inputs: [x], output }),
});

interface Margins {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** By axis. Throws `bad-attribute`. */
function margins({ pad: sizes }: z.output<typeof attributes>, x: Shape): Margins {
  const axes = sizes.length / 2;
  if (!Number.isInteger(axes) || axes > x.length) {
    const problem = `must have two numbers for each of up to ${x.length} dimensions`;
    throw new VggError('bad-attribute', { kind: 'pad', name: 'pad', value: sizes, problem });
  }
  const side = (which: 0 | 1) => x.map((_, axis) => sizes[2 * (x.length - 1 - axis) + which] ?? 0);
  return { before: side(0), after: side(1) };
}
