import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { sum } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import { integer } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { dimension } from './shared/dimension.ts';
import { equalSizes, onnxParts, partShapes, parts, type Cut } from './shared/parts.ts';

const attributes = z.strictObject({
  split_size_or_sections: z.union([integer(1), z.array(integer(1)).check(z.minLength(1))]),
  dim: z._default(z.int(), 0),
});

/**
 * Cuts `dim` into parts of one size, the last of which may be smaller, or of the sizes in a list. Views. Source:
 * torch.split.
 */
export const split = defineLayer({
  kind: 'split',
  family: 'reshape',
  stem: 'split',
  takesTypes: 'any',
  attributes,
  shape: ({ attributes: a, inputs: [x] }) => partShapes(x, cut(a, x))[0],
  others: ({ attributes: a, inputs: [x] }) => partShapes(x, cut(a, x)).slice(1),
  onnx: (g, { attributes: a, inputs: [x] }) => onnxParts(g, x, cut(a, x.shape)),
  execute: (operators, { attributes: a, inputs: [x] }) => parts(operators, x, cut(a, x.shape)),
});

/** Throws `no-such-dimension`, `sections-do-not-add-up`, and `too-many-results`. */
function cut({ split_size_or_sections: given, dim }: z.output<typeof attributes>, x: Shape): Cut {
  const axis = dimension(dim, x);
  const total = x[axis]!;
  if (typeof given !== 'number') {
    if (sum(given) !== total) throw new VggError('sections-do-not-add-up', { sections: given, size: total });
    return { axis, sizes: given };
  }
  return { axis, sizes: equalSizes('split', total, given) };
}
