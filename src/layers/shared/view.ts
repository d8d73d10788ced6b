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

/**
 * Runs an operator of images on sequences N×C×L, as ATen does that has none for them: with a height of 1, which is a
 * view, and so is what comes back.
 */
export function asImages(
  operators: Operators,
  x: Value,
  output: Shape,
  run: (images: Value, output: Shape) => Value,
): Value {
  const images = view(operators, x, highOne(x.shape));
  const result = run(images, highOne(output));
  operators.release(images);
  const sequences = view(operators, result, output);
  operators.release(result);
  return sequences;
}

const highOne = ([n, c, ...sides]: Shape): Shape => [n!, c!, 1, ...sides];
