import type { Shape } from '../../core/shape.ts';
import type { Operator, Operators, Scratch, Value } from './operators.ts';

/** Operators over the elements of two tensors, sizes of 1 stretched, and of one. Source: derivatives.yaml. */

export const runSum = (operators: Operators, a: Value, b: Value, output: Operator['output']): Value =>
  operators.run({ inputs: [a, b], output, layout: 'elementwise', gradients: ['incoming', 'incoming'] });

export function runProduct(operators: Operators, a: Value, b: Value, output: Operator['output']): Value {
  const inPlace = 'overwrites' in output;
  return operators.run({
    inputs: [a, b],
    output,
    // Each factor is the other's gradient; in place, autograd copies the one that is overwritten.
    saves: inPlace
      ? [{ value: b, neededFor: a }]
      : [
          { value: a, neededFor: b },
          { value: b, neededFor: a },
        ],
    ...(inPlace && { byproducts: [{ shape: a.shape, neededFor: b }] }),
    layout: 'elementwise',
    gradients: ['product', 'product'],
  });
}

export const runQuotient = (operators: Operators, a: Value, b: Value, output: Shape): Value =>
  operators.run({
    inputs: [a, b],
    output,
    saves: [
      { value: a, neededFor: b },
      { value: b, neededFor: a },
      { value: b, neededFor: b },
    ],
    layout: 'elementwise',
    gradients: ['product', 'product'],
    // −gradient, a / b and that divided once more.
    backwardScratch: [[], [output, output, output]],
  });

/** Where its backward pass compares with so many `limits`, each gives a mask, beside a zero. */
export function runClamp(operators: Operators, x: Value, limits: number): Value {
  const masks = Array.from({ length: limits }, (): Scratch => ({ shape: x.shape, type: 'bool' }));
  return operators.run({ inputs: [x], output: x.shape, saves: [x], backwardScratch: [[...masks, []]] });
}
