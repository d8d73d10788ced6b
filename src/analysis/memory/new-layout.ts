import {
  channelsLastStrides,
  contiguousStrides,
  elementwiseStrides,
  isChannelsLast,
  isDense,
  type Layout,
} from '../../core/layout.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import type { Operator } from '../../layers/shared/operators.ts';

/** How an operator lays out a new tensor of this shape. */
export function newLayout({ layout }: Pick<Operator, 'layout'>, shape: Shape, inputs: readonly Layout[]): Layout {
  const [first] = inputs;
  if (layout === 'elementwise') return { shape, strides: elementwiseStrides(shape, inputs) };
  if (layout === 'contiguous' || first === undefined) return { shape, strides: contiguousStrides(shape) };
  if (layout) return { shape, strides: layout };
  return { shape, strides: likeFirst(shape, first) };
}

/** `empty_like` for the same shape; images stay channels last whatever becomes of their size. */
function likeFirst(shape: Shape, first: Layout): Layout['strides'] {
  if (sameShape(shape, first.shape))
    return isDense(first) ? first.strides : elementwiseStrides(shape, [first]);
  const images = shape.length === first.shape.length && isChannelsLast(first);
  return images ? channelsLastStrides(shape) : contiguousStrides(shape);
}
