import {
  channelsLastStrides,
  contiguousStrides,
  elementwiseStrides,
  isChannelsLast,
  isDense,
  type Layout,
  type Strides,
} from '../../core/layout.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import type { Operator } from '../../layers/shared/operators.ts';

/** How an operator lays out a new tensor of this shape. */
export function newStrides(
  { layout }: Pick<Operator, 'layout'>,
  shape: Shape,
  inputs: readonly Layout[],
): Strides {
  const [first] = inputs;
  if (layout === 'elementwise') return elementwiseStrides(shape, inputs);
  if (layout === 'contiguous' || first === undefined) return contiguousStrides(shape);
  return layout ?? likeFirst(shape, first);
}

/** `empty_like` for the same shape; images stay channels last whatever becomes of their size. */
function likeFirst(shape: Shape, first: Layout): Strides {
  if (sameShape(shape, first.shape))
    return isDense(first) ? first.strides : elementwiseStrides(shape, [first]);
  const images = shape.length === first.shape.length && isChannelsLast(first);
  return images ? channelsLastStrides(shape) : contiguousStrides(shape);
}
