import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { OnnxCall } from '../../layer.ts';
import type { OnnxResult } from './result.ts';

/** An element-wise function: `apply` writes it, `derive` the gradient from the input, the result and the incoming one. */
export const onnxActivation =
  (
    apply: (g: OnnxGraph, x: Tensor) => Tensor,
    derive: (g: OnnxGraph, values: { x: Tensor; y: Tensor; gradient: Tensor }) => Tensor,
  ) =>
  (g: OnnxGraph, { inputs: [x] }: Pick<OnnxCall<unknown>, 'inputs'>): OnnxResult => {
    const y = apply(g, x);
    return { output: y, backward: (gradient) => ({ inputs: [derive(g, { x: x, y, gradient })] }) };
  };
