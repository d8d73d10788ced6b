import { elements } from '../../core/arithmetic.ts';
import { contiguousStrides } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import { inverse, reordered } from './axes.ts';
import { runProduct } from './elementwise.ts';
import { alone, contracted, sizesOf, type Equation } from './equation.ts';
import type { Operators, Value } from './operators.ts';
import { batchedProduct } from './products.ts';
import { inShape, viewAs } from './view.ts';

/**
 * Runs an equation as einsum does: all tensors get all dimensions, in one order, and of two of them one product of
 * matrices is taken. Source: at::einsum and sumproduct_pair, aten/src/ATen/native/Linear.cpp.
 */
export function runEquation(
  operators: Operators,
  e: Equation,
  given: readonly Value[],
  output: Shape,
): Value {
  const lowered = given.map((one) => operators.lower(one));
  const [first, second] = lowered.map((one, place) => aligned(operators, e, one, place as 0 | 1)) as [
    Value,
    Value?,
  ];
  const result = second ? ofTwo(operators, e, [first, second], output) : ofOne(operators, e, first, output);
  for (const one of [second, first, ...lowered]) if (one) operators.release(one);
  return result;
}

function ofOne(operators: Operators, e: Equation, x: Value, output: Shape): Value {
  const dims = e.letters.map((_, axis) => axis).slice(output.length);
  return dims.length === 0 ? operators.retain(x) : added(operators, x, dims, output);
}

function ofTwo(operators: Operators, e: Equation, pair: readonly [Value, Value], output: Shape): Value {
  const [a, b] = pair.map((one, place) => {
    const dims = alone(e, place as 0 | 1).map((letter) => e.letters.indexOf(letter));
    if (dims.length === 0) return operators.retain(one);
    const kept = one.shape.map((size, axis) => (dims.includes(axis) ? 1 : size));
    return added(operators, one, dims, kept);
  }) as [Value, Value];
  const products = multiplied(operators, e, a, b);
  operators.release(b);
  operators.release(a);
  if (e.letters.length === output.length) return products;
  // What was added up has a size of 1 by now.
  const result = inShape(operators, products, output);
  operators.release(products);
  return result;
}

const added = (operators: Operators, x: Value, dims: readonly number[], output: Shape): Value =>
  operators.run({
    inputs: [x],
    output,
    layout: 'contiguous',
    gradients: [{ spread: dims, scaled: false }],
  });

/** Every letter a dimension, of size 1 where the tensor has none. */
function aligned(operators: Operators, e: Equation, x: Value, place: 0 | 1): Value {
  const own = [...e.operands[place]!];
  const missing = e.letters.filter((letter) => !own.includes(letter));
  const wide = viewAs(
    operators,
    x,
    { shape: [...x.shape, ...missing.map(() => 1)], strides: [...x.strides, ...missing.map(() => 1)] },
    'view',
  );
  const all = [...own, ...missing];
  const whole = reordered(
    operators,
    wide,
    e.letters.map((letter) => all.indexOf(letter)),
  );
  operators.release(wide);
  return whole;
}

function multiplied(operators: Operators, e: Equation, a: Value, b: Value): Value {
  const axes = e.letters.map((_, axis) => axis);
  const shape = axes.map((axis) => Math.max(a.shape[axis]!, b.shape[axis]!));
  const inBoth = contracted(e).map((letter) => e.letters.indexOf(letter));
  if (inBoth.length === 0) return runProduct(operators, a, b, shape);
  // PyTorch tells by the sizes which tensor has a dimension.
  const rest = axes.filter((axis) => !inBoth.includes(axis));
  const shared = rest.filter((axis) => a.shape[axis] !== 1 && b.shape[axis] !== 1);
  const ofFirst = rest.filter((axis) => a.shape[axis] !== 1 && b.shape[axis] === 1);
  const ofSecond = rest.filter((axis) => a.shape[axis] === 1);
  const turned = ofFirst.length > 0 && ofSecond.length > 0 && ofSecond.at(-1)! < ofFirst[0]!;
  const [left, right] = turned ? [b, a] : [a, b];
  const [rows, columns] = turned ? [ofSecond, ofFirst] : [ofFirst, ofSecond];
  const size = (list: readonly number[]) => elements(list.map((axis) => shape[axis]!));
  const summed = axes.filter((axis) => inBoth.includes(axis));
  const first = matrices(
    operators,
    left,
    [...shared, ...rows, ...summed, ...columns],
    [size(shared), size(rows), size(summed)],
  );
  const second = matrices(
    operators,
    right,
    [...shared, ...summed, ...columns, ...rows],
    [size(shared), size(summed), size(columns)],
  );
  const products = batchedProduct(operators, first, second);
  const order = [...shared, ...rows, ...summed, ...columns];
  const sides = order.map((axis) => (inBoth.includes(axis) ? 1 : shape[axis]!));
  const apart = viewAs(operators, products, { shape: sides, strides: contiguousStrides(sides) }, 'view');
  const result = reordered(operators, apart, inverse(order));
  for (const one of [apart, products, second, first]) operators.release(one);
  return result;
}

function matrices(operators: Operators, x: Value, order: readonly number[], shape: Shape): Value {
  const moved = reordered(operators, x, order);
  const result = inShape(operators, moved, shape);
  operators.release(moved);
  return result;
}

/** Multiplications of the product of matrices: one for each place along all letters that are left. */
export const productsOf = (e: Equation): readonly number[] | undefined => {
  if (contracted(e).length === 0) return undefined;
  const gone = new Set([...alone(e, 0), ...alone(e, 1)]);
  return sizesOf(
    e,
    e.letters.filter((letter) => !gone.has(letter)),
  );
};
