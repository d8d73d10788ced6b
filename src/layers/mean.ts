import { product } from '../core/arithmetic.ts';
import { defineLayer } from './layer.ts';
import {
  onnxReduction,
  reducedAxes,
  reducedShape,
  reduction,
  reductionOperations,
  runReduction,
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
  execute: (operators, execution) => runReduction(operators, execution, { scaled: true }),
});
