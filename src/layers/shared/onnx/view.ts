import { reshape } from './arithmetic.ts';
import type { OnnxCall, OnnxGraph, OnnxResult } from '../../../onnx/graph.ts';

/** The same values in another shape. */
export function onnxView(
  g: OnnxGraph,
  { inputs: [x], output }: Pick<OnnxCall<unknown>, 'inputs' | 'output'>,
): OnnxResult {
  return {
    output: reshape(g, x!, output),
    backward: (gradient) => ({ inputs: [reshape(g, gradient, x!.shape)] }),
  };
}
