import { matmul, reshape } from './arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { Differentiated } from './result.ts';
import { volume } from '../window.ts';

/** One row for each output, one column for each input: how much of it goes in. */
export type Mixing = readonly (readonly number[])[];

/** Every spatial axis mixed linearly by its matrix. */
export function mixAxes(g: OnnxGraph, x: Tensor, matrices: readonly Mixing[]): Differentiated {
  const mix = (from: Tensor, by: readonly Mixing[]): Tensor =>
    by.reduceRight((values, matrix, axis) => mixAxis(g, values, matrix, axis + 2), from);
  return {
    output: mix(x, matrices),
    backward: (gradient) => ({ inputs: [mix(gradient, matrices.map(transposed))] }),
  };
}

/** The last axis by a product from the right, any other by one from the left, what lies behind it as columns. */
function mixAxis(g: OnnxGraph, x: Tensor, matrix: Mixing, axis: number): Tensor {
  if (axis === x.shape.length - 1) return matmul(g, x, constant(g, transposed(matrix)));
  const columns = volume(x.shape.slice(axis + 1));
  const planes = reshape(g, x, [...x.shape.slice(0, axis + 1), columns]);
  return reshape(g, matmul(g, constant(g, matrix), planes), x.shape.with(axis, matrix.length));
}

const constant = (g: OnnxGraph, matrix: Mixing): Tensor =>
  g.constant(matrix.flat(), 'float32', [matrix.length, matrix[0]!.length]);

const transposed = (matrix: Mixing): Mixing =>
  matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));
