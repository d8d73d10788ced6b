import * as z from 'zod/mini';
import { elements, product, sum as total } from '../core/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { defineLayer } from './layer.ts';
import { alone, contracted, readEquation, sizesOf, type Equation } from './shared/equation.ts';
import { oneOrTwo } from './shared/inputs.ts';
import { expand, reshape } from './shared/onnx/arithmetic.ts';
import { productsOf, runEquation } from './shared/sum-product.ts';

/**
 * Products of elements of one or two tensors, added up along the dimensions whose letters the output has not. Source:
 * torch.einsum.
 */
export const einsum = defineLayer({
  kind: 'einsum',
  family: 'linear',
  stem: 'einsum',
  takes: oneOrTwo,
  attributes: z.strictObject({ equation: z.string() }),
  global: true,
  shape({ attributes: { equation }, inputs }) {
    const e = readEquation(equation, given(inputs));
    return sizesOf(e, e.output);
  },
  gradientProducts: (needed) => needed.filter(Boolean).length,
  macs({ attributes: { equation }, inputs }) {
    const products = productsOf(readEquation(equation, given(inputs)));
    return products ? product(products, 'the number of MACs') : 0;
  },
  // What one tensor alone adds up, and products without a sum.
  elementwise({ attributes: { equation }, inputs, output }) {
    const shapes = given(inputs);
    const e = readEquation(equation, shapes);
    const added = shapes.map((shape, i) => (alone(e, i as 0 | 1).length > 0 ? elements(shape) : 0));
    const multiplied = shapes.length === 2 && contracted(e).length === 0 ? elements(output) : 0;
    return total([...added, multiplied], 'the number of operations');
  },
  onnx(g, { attributes: { equation }, inputs, output }) {
    const tensors = given(inputs);
    const e = readEquation(
      equation,
      tensors.map(({ shape }) => shape),
    );
    const written = { equation: `${e.operands.join(',')}->${e.output}` };
    return {
      output: g.run('Einsum', tensors, output, written),
      backward: (gradient, [ofFirst, ofSecond]) => ({
        inputs: [
          ofFirst ? gradientOf(g, e, tensors, gradient, 0) : undefined,
          ofSecond ? gradientOf(g, e, tensors, gradient, 1) : undefined,
        ],
      }),
      // The batch is the first dimension of one of them.
      ...(!e.operands.some((letters) => letters?.[0] === e.output[0]) && { mixesBatch: true as const }),
    };
  },
  execute: (operators, { attributes: { equation }, inputs, output }) => {
    const values = given(inputs);
    const e = readEquation(
      equation,
      values.map(({ shape }) => shape),
    );
    return runEquation(operators, e, values, output);
  },
});

const given = <T>([first, second]: readonly [T, T?]): readonly T[] =>
  second === undefined ? [first] : [first, second];

/** The same equation with the gradient in place of the tensor; what was added up of it alone gets it everywhere. */
function gradientOf(
  g: OnnxGraph,
  e: Equation,
  tensors: readonly Tensor[],
  gradient: Tensor,
  place: 0 | 1,
): Tensor {
  const own = e.operands[place]!;
  const gone = alone(e, place);
  const kept = [...own].filter((letter) => !gone.includes(letter));
  const other = e.operands[1 - place];
  const equation = `${[e.output, ...(other === undefined ? [] : [other])].join(',')}->${kept.join('')}`;
  const inputs = [gradient, ...(other === undefined ? [] : [tensors[1 - place]!])];
  const found = g.run('Einsum', inputs, sizesOf(e, kept), { equation });
  if (gone.length === 0) return found;
  const spread = [...own].map((letter) => (gone.includes(letter) ? 1 : e.sizes.get(letter)!));
  return expand(g, reshape(g, found, spread), tensors[place]!.shape);
}
