import { elements } from '../../core/arithmetic.ts';
import { expanded } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import { reordered, swap } from './axes.ts';
import type { Operators, Value } from './operators.ts';
import { copied, inShape, unsafeView, viewAs } from './view.ts';

/** Products of matrices, one for each place of the first dimension. Source: torch.bmm. */
export const batchedProduct = (operators: Operators, a: Value, b: Value): Value =>
  productOf(operators, a, b, [a.shape[0]!, a.shape[1]!, b.shape[2]!]);

const productOf = (operators: Operators, a: Value, b: Value, output: Shape): Value =>
  operators.run({
    inputs: [a, b],
    output,
    // Each factor is the other's gradient.
    saves: [
      { value: a, neededFor: b },
      { value: b, neededFor: a },
    ],
    layout: 'contiguous',
    autocast: 'lower',
  });

/**
 * Products of matrices of any number of dimensions. Where only the first has more than two, its rows are laid below
 * each other; else both are stretched, and copied where they do not lie one matrix behind the other. Source:
 * at::native::_matmul_impl, aten/src/ATen/native/LinearAlgebra.cpp.
 */
export function runMatmul(operators: Operators, first: Value, second: Value, output: Shape): Value {
  const [b, a] = [operators.lower(second), operators.lower(first)];
  const result =
    a.shape.length === 2 && b.shape.length === 2
      ? productOf(operators, a, b, output)
      : folds(operators, a, b)
        ? productOfRows(operators, a, b)
        : productOfBatches(operators, a, b, output);
  operators.release(a);
  operators.release(b);
  return result;
}

/** Whether the batch of the larger one becomes rows of a single product. Source: should_fold. */
function folds(operators: Operators, a: Value, b: Value): boolean {
  const turned = b.shape.length > a.shape.length;
  const [larger, smaller] = turned ? [b, a] : [a, b];
  if (larger.shape.length < 3 || smaller.shape.length > 2) return false;
  if (operators.needsGradient(smaller)) return true;
  if (turned) return false;
  const { shape, strides } = a;
  return shape.slice(0, -2).every((_, axis) => strides[axis] === strides[axis + 1]! * shape[axis + 1]!);
}

function productOfRows(operators: Operators, a: Value, b: Value): Value {
  const turned = b.shape.length > a.shape.length;
  const larger = turned ? transposed(operators, b) : a;
  const matrix = turned ? transposed(operators, a) : b;
  const width = larger.shape.at(-1)!;
  const rows = inShape(operators, larger, [elements(larger.shape) / width, width]);
  const columns = matrix.shape[1]!;
  const products = productOf(operators, rows, matrix, [rows.shape[0]!, columns]);
  const laid = unsafeView(operators, products, [...larger.shape.slice(0, -1), columns]);
  operators.release(products);
  if (!turned) {
    operators.release(rows);
    return laid;
  }
  const back = transposed(operators, laid);
  const result = copied(operators, back);
  // PyTorch's variables live until the function returns.
  for (const one of [back, laid, rows, matrix, larger]) operators.release(one);
  return result;
}

const transposed = (operators: Operators, x: Value): Value => reordered(operators, x, swap(-2, -1, x.shape));

function productOfBatches(operators: Operators, a: Value, b: Value, output: Shape): Value {
  const batch = output.slice(0, -2);
  const [left, right] = [a, b].map((one) => {
    const wide = viewAs(operators, one, expanded(one, [...batch, ...one.shape.slice(-2)]), 'incoming');
    const matrices = inShape(operators, wide, [elements(batch), ...one.shape.slice(-2)]);
    operators.release(wide);
    return matrices;
  }) as [Value, Value];
  const products = batchedProduct(operators, left, right);
  const result = unsafeView(operators, products, output);
  for (const one of [products, right, left]) operators.release(one);
  return result;
}
