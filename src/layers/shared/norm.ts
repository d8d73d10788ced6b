import * as z from 'zod/mini';
import { integer } from './attributes.ts';
import type { Shape } from '../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import {
  compare,
  divide,
  elementwise,
  floats,
  multiply,
  subtract,
  sum,
  where,
  zero,
} from './onnx/arithmetic.ts';
import type { Operators, Scratch, Value } from './operators.ts';

/** The exponent of a norm: the sum of all sizes, or the root of the sum of squares. */
export const exponent = z._default(integer(1, 2), 2);
type Exponent = z.output<typeof exponent>;

/** Source: linalg_vector_norm_backward, torch/csrc/autograd/FunctionsManual.cpp. */
export function runNorm(
  operators: Operators,
  x: Value,
  { p, axes, output }: { readonly p: Exponent; readonly axes: readonly number[]; readonly output: Shape },
): Value {
  // The input divided by its norm, and where that is 0; or its signs.
  const beside: readonly Scratch[] = p === 2 ? [x.shape, { shape: output, type: 'bool' }] : [x.shape];
  return operators.run({
    inputs: [x],
    output,
    saves: [x, 'result'],
    layout: 'contiguous',
    gradients: [{ spread: axes, scaled: true }],
    backwardScratch: [beside],
    autocast: 'float32Result',
  });
}

/** The norm over `axes`, which stay with size 1, and its gradient from one of its own shape. */
export function onnxNorm(
  g: OnnxGraph,
  x: Tensor,
  { p, axes }: { readonly p: Exponent; readonly axes: readonly number[] },
): { readonly output: Tensor; backward(gradient: Tensor): Tensor } {
  if (p === 1) {
    const beside = (operator: string) => floats(g, compare(g, operator, x, zero(g)));
    return {
      output: sum(g, elementwise(g, 'Abs', x), axes),
      backward: (gradient) => multiply(g, gradient, subtract(g, beside('Greater'), beside('Less'))),
    };
  }
  const output = elementwise(g, 'Sqrt', sum(g, multiply(g, x, x), axes));
  return {
    output,
    backward(gradient) {
      const share = divide(g, gradient, output);
      return multiply(g, where(g, compare(g, 'Equal', output, zero(g)), zero(g), share), x);
    },
  };
}
