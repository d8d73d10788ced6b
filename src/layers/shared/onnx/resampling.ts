import { matmul } from './arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { OnnxResult } from './result.ts';

/** One row for each output, one column for each input: how much of it goes in. */
export type Mixing = readonly (readonly number[])[];

/** Rows and columns of images mixed linearly, each axis by its matrix. */
export function mixAxes(g: OnnxGraph, x: Tensor, rows: Mixing, columns: Mixing): OnnxResult {
  const constant = (matrix: Mixing) =>
    g.constant(matrix.flat(), 'float32', [matrix.length, matrix[0]!.length]);
  const mix = (image: Tensor, height: Mixing, width: Mixing): Tensor =>
    matmul(g, constant(height), matmul(g, image, constant(transposed(width))));
  return {
    output: mix(x, rows, columns),
    backward: (gradient) => ({ inputs: [mix(gradient, transposed(rows), transposed(columns))] }),
  };
}

const transposed = (matrix: Mixing): Mixing =>
  matrix[0]!.map((_, column) => matrix.map((row) => row[column]!));
