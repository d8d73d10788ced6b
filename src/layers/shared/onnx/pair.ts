import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { Two } from '../inputs.ts';
import { sumTo } from './arithmetic.ts';
import type { OnnxResult } from './result.ts';

/** A result of two inputs, sizes of 1 stretched, and the gradients of both, not yet summed to their shapes. */
export function onnxPair(
  g: OnnxGraph,
  [a, b]: readonly [Tensor, Tensor],
  output: Tensor,
  { first, second }: Readonly<Record<'first' | 'second', (gradient: Tensor) => Tensor>>,
): OnnxResult<Two> {
  return {
    output,
    backward: (gradient, [ofFirst, ofSecond]) => ({
      inputs: [
        ofFirst ? sumTo(g, first(gradient), a.shape) : undefined,
        ofSecond ? sumTo(g, second(gradient), b.shape) : undefined,
      ],
    }),
  };
}
