import * as z from 'zod/mini';
import { elements, product } from '../core/arithmetic.ts';
import { defineLayer } from './layer.ts';
import { exponent, onnxNorm, runNorm } from './shared/norm.ts';
import { reshape } from './shared/onnx/arithmetic.ts';
import { reducedAxes, reducedShape, reduction } from './shared/reduction.ts';

/** A square or a size, and a sum. */
const OPERATIONS_PER_ELEMENT = 2;

/** The norm of vectors over the dimensions of `dim`, of all elements when it is left out. Source: torch.norm. */
export const norm = defineLayer({
  kind: 'norm',
  family: 'pool',
  stem: 'norm',
  attributes: z.extend(reduction, { p: exponent }),
  global: true,
  shape: reducedShape,
  elementwise: ({ inputs: [x] }) =>
    product([OPERATIONS_PER_ELEMENT, elements(x)], 'the number of operations'),
  onnx(g, { attributes: a, inputs: [x], output }) {
    const axes = reducedAxes(a, x.shape);
    const kept = onnxNorm(g, x, { p: a.p, axes });
    return {
      output: reshape(g, kept.output, output),
      backward: (gradient) => ({ inputs: [kept.backward(reshape(g, gradient, kept.output.shape))] }),
      ...(axes.includes(0) && { mixesBatch: true as const }),
    };
  },
  execute: (operators, { attributes: a, inputs: [x], output }) =>
    runNorm(operators, x, { p: a.p, axes: reducedAxes(a, x.shape), output }),
});
