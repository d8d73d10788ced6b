import { defineLayer } from './layer.ts';
import {
  onnxReduction,
  reducedShape,
  reduction,
  reductionOperations,
  runReduction,
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
    runReduction(operators, execution, { scaled: false, autocast: 'float32Result' }),
});
