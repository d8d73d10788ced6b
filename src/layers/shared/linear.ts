import { elements } from '../../core/arithmetic.ts';
import { isContiguous } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import type { Operators, Value } from './operators.ts';
import { inShape, unsafeView } from './view.ts';

/** Rows times a matrix, plus a bias, as torch.nn.functional.linear runs it. Source: at::linear. */
export function runLinear(
  operators: Operators,
  x: Value,
  weight: Value,
  bias: Value | undefined,
  output: Shape,
): Value {
  const [features] = output.slice(-1);
  if (output.length === 2) return multiply(operators, x, weight, bias, output);
  if (!isContiguous(x)) return multiplyCopied(operators, x, weight, bias, output);
  // More dimensions are laid into rows and back; without a bias autograd is not told of it.
  const rows = inShape(operators, x, [elements(x.shape) / x.shape.at(-1)!, x.shape.at(-1)!]);
  const products = multiply(operators, rows, weight, bias, [elements(output) / features!, features!]);
  const result = bias ? inShape(operators, products, output) : unsafeView(operators, products, output);
  operators.release(rows);
  operators.release(products);
  return result;
}

/** Rows that lie apart are copied, and the bias is added to their products in place. Source: at::linear, at::matmul. */
function multiplyCopied(
  operators: Operators,
  given: Value,
  weight: Value,
  bias: Value | undefined,
  output: Shape,
): Value {
  const added = bias && operators.lower(bias);
  const matrix = operators.lower(weight);
  const x = operators.lower(given);
  const [features] = output.slice(-1) as [number];
  const rows = inShape(operators, x, [elements(x.shape) / x.shape.at(-1)!, x.shape.at(-1)!]);
  const products = multiply(operators, rows, matrix, undefined, [elements(output) / features, features]);
  const result = unsafeView(operators, products, output);
  operators.release(rows);
  operators.release(products);
  if (added) {
    const inputs = [result, added];
    operators.run({ inputs, output: { overwrites: result }, gradients: ['incoming', 'incoming'] });
  }
  for (const value of [x, matrix, ...(added ? [added] : [])]) operators.release(value);
  return result;
}

const multiply = (operators: Operators, x: Value, weight: Value, bias: Value | undefined, output: Shape) =>
  operators.run({
    inputs: [x, weight, ...(bias ? [bias] : [])],
    output,
    // Each factor is the other's gradient.
    saves: [
      { value: x, neededFor: weight },
      { value: weight, neededFor: x },
    ],
    layout: 'contiguous',
    autocast: 'lower',
  });
