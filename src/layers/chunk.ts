import * as z from 'zod/mini';
import type { Shape } from '../core/shape.ts';
import { integer } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { dimension } from './shared/dimension.ts';
import { equalSizes, onnxParts, partShapes, parts, type Cut } from './shared/parts.ts';

const attributes = z.strictObject({ chunks: integer(1), dim: z._default(z.int(), 0) });

/**
 * Cuts `dim` into `chunks` parts of equal size, the last of which may be smaller; they are fewer where the size gives
 * no more. Views. Source: torch.chunk.
 */
export const chunk = defineLayer({
  kind: 'chunk',
  family: 'reshape',
  stem: 'chunk',
  takesTypes: 'any',
  attributes,
  shape: ({ attributes: a, inputs: [x] }) => partShapes(x, cut(a, x))[0],
  others: ({ attributes: a, inputs: [x] }) => partShapes(x, cut(a, x)).slice(1),
  onnx: (g, { attributes: a, inputs: [x] }) => onnxParts(g, x, cut(a, x.shape)),
  execute: (operators, { attributes: a, inputs: [x] }) => parts(operators, x, cut(a, x.shape)),
});

/** Throws `no-such-dimension`, and `too-many-results`. */
function cut({ chunks, dim }: z.output<typeof attributes>, x: Shape): Cut {
  const axis = dimension(dim, x);
  return { axis, sizes: equalSizes('chunk', x[axis]!, Math.ceil(x[axis]! / chunks)) };
}
