import { product } from '../core/arithmetic.ts';
import { defineLayer } from './layer.ts';
import {
  onnxReduction,
  reducedAxes,
  reducedShape,
  reduction,
  reductionOperations,
} from './shared/reduction.ts';

/** Mean over the dimensions of `dim`, of all elements when it is left out. Source: torch.mean. */
export const mean = defineLayer({
  kind: 'mean',
  family: 'pool',
  stem: 'mean',
  attributes: reduction,
  global: true,
  shape: reducedShape,
  elementwise: reductionOperations,
  onnx(g, call) {
    const { attributes: a, inputs } = call;
    const averaged = product(reducedAxes(a, inputs[0].shape).map((axis) => inputs[0].shape[axis]!));
    return onnxReduction(g, call, 1 / averaged);
  },
  // Its gradient is divided by the number of elements.
  execute: (operators, execution) =>
    operators.run({
      inputs: [execution.inputs[0]],
      output: execution.output,
      layout: 'contiguous',
      gradients: [{ spread: reducedAxes(execution.attributes, execution.inputs[0].shape), scaled: true }],
    }),
});
