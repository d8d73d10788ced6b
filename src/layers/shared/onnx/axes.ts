import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import { inverse } from '../axes.ts';
import { transpose } from './arithmetic.ts';
import type { Differentiated } from './result.ts';

/** The axes in this order. */
export const reorder = (g: OnnxGraph, x: Tensor, axes: readonly number[]): Differentiated => ({
  output: transpose(g, x, axes),
  backward: (gradient) => ({ inputs: [transpose(g, gradient, inverse(axes))] }),
});
