import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { Each, OneOrTwo } from '../inputs.ts';
import { sumTo } from './arithmetic.ts';
import type { OnnxResult } from './result.ts';

interface OfFirst {
  readonly output: Tensor;
  /** The gradient of the first input from that of the output, not yet summed to its shape. */
  first(gradient: Tensor): Tensor;
}

interface OfBoth extends OfFirst {
  second(gradient: Tensor): Tensor;
}

/** An operator of two inputs, sizes of 1 stretched, or of one and a number. */
export function onnxPair(
  g: OnnxGraph,
  [a, b]: Each<OneOrTwo, Tensor>,
  { pair, number }: { pair(second: Tensor): OfBoth; number(): OfFirst },
): OnnxResult<OneOrTwo> {
  if (!b) {
    const { output, first } = number();
    return { output, backward: (gradient) => ({ inputs: [first(gradient)] }) };
  }
  const { output, first, second } = pair(b);
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
