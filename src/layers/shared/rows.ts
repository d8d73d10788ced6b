import type { Shape } from '../../core/shape.ts';
import type { Operators, Value } from './operators.ts';

/** The elements that integers name along a dimension; the integers are kept. Source: aten::index. */
export const runIndex = (operators: Operators, x: Value, places: Value, output: Shape): Value =>
  operators.run({
    inputs: [x, places],
    output,
    saves: [places],
    gradients: ['new', 'none'],
    resultType: x.type,
    layout: 'contiguous',
  });
