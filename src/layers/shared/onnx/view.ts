import { reshape } from './arithmetic.ts';
import type { OnnxGraph } from '../../../onnx/graph.ts';
import type { OnnxCall } from '../../layer.ts';
import type { OnnxResult } from './result.ts';

/** The same values in another shape. */
export function onnxView(
  g: OnnxGraph,
  { inputs: [x], output }: Pick<OnnxCall<unknown>, 'inputs' | 'output'>,
): OnnxResult {
  return {
    output: reshape(g, x, output),
    backward: (gradient) => ({ inputs: [reshape(g, gradient, x.shape)] }),
  };
}
