import type { Shape } from '../../core/shape.ts';
import type { Operators, Value } from './operators.ts';

/** The same storage seen with another shape; its gradient is a view of the incoming one. */
export function view(operators: Operators, x: Value, shape: Shape): Value {
  return operators.run({ inputs: [x], output: { viewOf: x, shape }, gradients: ['view'] });
}

/** A view that autograd takes for a tensor of its own, because nobody else will see the original. */
export function unsafeView(operators: Operators, x: Value, shape: Shape): Value {
  return operators.run({ inputs: [x], output: { viewOf: x, shape, unsafe: true }, gradients: ['view'] });
}
