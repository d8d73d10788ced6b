import { contiguousStrides, viewStrides, type Layout } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import type { GradientKind, Operators, Value } from './operators.ts';

/** The same elements in another shape: a view where they lie as it needs, else of a copy. Source: at::reshape. */
export function inShape(operators: Operators, x: Value, shape: Shape): Value {
  const strides = viewStrides(x, shape);
  if (strides) return viewAs(operators, x, { shape, strides }, 'view');
  const copy = copied(operators, x);
  const result = unsafeView(operators, copy, shape);
  operators.release(copy);
  return result;
}

/** A view that autograd takes for a tensor of its own, because nobody else will see the original. */
export function unsafeView(operators: Operators, x: Value, shape: Shape): Value {
  const strides = viewStrides(x, shape) ?? contiguousStrides(shape);
  return operators.run({
    inputs: [x],
    output: { viewOf: x, shape, strides, unsafe: true },
    gradients: ['view'],
  });
}

/** The storage seen in any other way. */
export const viewAs = (operators: Operators, x: Value, layout: Layout, gradient: GradientKind): Value =>
  operators.run({ inputs: [x], output: { viewOf: x, ...layout }, gradients: [gradient] });

/** A part of the storage. The gradient of the whole is zeros, into which that of the part is copied. */
export const partOf = (operators: Operators, x: Value, layout: Layout): Value =>
  operators.run({
    inputs: [x],
    output: { viewOf: x, ...layout },
    layout: 'contiguous',
    gradients: ['new'],
  });

/** `clone(memory_format=contiguous_format)`, which hands its gradient on. */
export const copied = (operators: Operators, x: Value): Value =>
  operators.run({ inputs: [x], output: x.shape, layout: 'contiguous', gradients: ['incoming'] });

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
  const images = inShape(operators, x, highOne(x.shape));
  const result = run(images, highOne(output));
  operators.release(images);
  const sequences = inShape(operators, result, output);
  operators.release(result);
  return sequences;
}

const highOne = ([n, c, ...sides]: Shape): Shape => [n!, c!, 1, ...sides];
