import { defineLayer } from './layer.ts';
import {
  onnxReduction,
  reducedAxes,
  reducedShape,
  reduction,
  reductionOperations,
} from './shared/reduction.ts';

/** Sum over the dimensions of `dim`, of all elements when it is left out. Source: torch.sum. */
export const sum = defineLayer({
  kind: 'sum',
  family: 'pool',
  stem: 'sum',
  attributes: reduction,
  global: true,
  shape: reducedShape,
  elementwise: reductionOperations,
  onnx: (g, call) => onnxReduction(g, call, 1),
  execute: (operators, execution) =>
    operators.run({
      inputs: [execution.inputs[0]],
      output: execution.output,
      layout: 'contiguous',
      autocast: 'float32Result',
      gradients: [{ spread: reducedAxes(execution.attributes, execution.inputs[0].shape), scaled: false }],
    }),
});
