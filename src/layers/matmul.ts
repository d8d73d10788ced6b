import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { elements, product } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import type { Tensor } from '../onnx/graph.ts';
import { defineLayer } from './layer.ts';
import { checkRank } from './shared/dimension.ts';
import { two } from './shared/inputs.ts';
import { broadcast } from './shared/join.ts';
import {
  matmul as multiply,
  matmulTransposed,
  reshape,
  sumTo,
  transposedMatmul,
} from './shared/onnx/arithmetic.ts';
import { runMatmul } from './shared/products.ts';
import type { Operators, Value } from './shared/operators.ts';
import { inShape, unsafeView } from './shared/view.ts';

/**
 * Products of the matrices in the last two dimensions, the dimensions before them stretched to each other. Source:
 * torch.matmul.
 */
export const matmul = defineLayer({
  kind: 'matmul',
  family: 'linear',
  stem: 'matmul',
  takes: two,
  attributes: z.strictObject({}),
  global: true,
  shape({ inputs: [a, b] }) {
    for (const one of [a, b]) checkRank('matmul', one, 1);
    const { first, second } = asMatrices(a, b);
    if (first.at(-1) !== second.at(-2)) throw new VggError('matrices-do-not-fit', { shapes: [a, b] });
    const batch = broadcast('matmul', [first.slice(0, -2), second.slice(0, -2)]);
    return [...batch, ...(a.length > 1 ? [a.at(-2)!] : []), ...(b.length > 1 ? [b.at(-1)!] : [])];
  },
  gradientProducts: (needed) => needed.filter(Boolean).length,
  macs: ({ inputs: [a], output }) => product([elements(output), a.at(-1)!], 'the number of MACs'),
  onnx(g, { inputs: [a, b], output }) {
    const shapes = asMatrices(a.shape, b.shape);
    const [first, second] = [reshape(g, a, shapes.first), reshape(g, b, shapes.second)];
    const y = multiply(g, first, second);
    return {
      output: reshape(g, y, output),
      backward(gradient, [ofFirst, ofSecond]) {
        const incoming = reshape(g, gradient, y.shape);
        const to = (shape: Shape, matrices: Tensor, whole: Tensor) =>
          reshape(g, sumTo(g, matrices, whole.shape), shape);
        return {
          inputs: [
            ofFirst ? to(a.shape, matmulTransposed(g, incoming, second), first) : undefined,
            ofSecond ? to(b.shape, transposedMatmul(g, first, incoming), second) : undefined,
          ],
        };
      },
    };
  },
  execute: (operators, { inputs: [a, b], output }) =>
    a.shape.length > 1 && b.shape.length > 1
      ? runMatmul(operators, a, b, output)
      : ofVectors(operators, a, b, output),
});

function ofVectors(operators: Operators, a: Value, b: Value, output: Shape): Value {
  const shapes = asMatrices(a.shape, b.shape);
  const [first, second] = [inShape(operators, a, shapes.first), inShape(operators, b, shapes.second)];
  const batch = (a.shape.length > 1 ? a : b).shape.slice(0, -2);
  const products = runMatmul(operators, first, second, [
    ...batch,
    shapes.first.at(-2)!,
    shapes.second.at(-1)!,
  ]);
  const result = unsafeView(operators, products, output);
  for (const one of [products, second, first]) operators.release(one);
  return result;
}

/** A vector in front is a row, one behind a column. */
const asMatrices = (a: Shape, b: Shape): { readonly first: Shape; readonly second: Shape } => ({
  first: a.length === 1 ? [1, ...a] : a,
  second: b.length === 1 ? [...b, 1] : b,
});
