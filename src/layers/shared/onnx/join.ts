import { sumTo } from './arithmetic.ts';
import type { OnnxCall, OnnxGraph, OnnxResult, Tensor } from '../../../onnx/graph.ts';

/**
 * Two or more inputs joined pairwise from the left, sizes of 1 stretched. `derive` gives the gradients of the two
 * sides, not yet summed to their shapes.
 */
export function onnxJoin(
  g: OnnxGraph,
  { inputs }: Pick<OnnxCall<unknown>, 'inputs'>,
  join: (a: Tensor, b: Tensor) => Tensor,
  derive: (gradient: Tensor, side: { own: Tensor; other: Tensor }) => Tensor,
): OnnxResult {
  const lefts = [inputs[0]!];
  for (const right of inputs.slice(1)) lefts.push(join(lefts.at(-1)!, right));
  return {
    output: lefts.at(-1)!,
    backward(gradient, needed) {
      const gradients: (Tensor | undefined)[] = [];
      let incoming = gradient;
      for (let i = inputs.length - 1; i > 0; i--) {
        const [left, right] = [lefts[i - 1]!, inputs[i]!];
        if (needed[i]) {
          gradients[i] = sumTo(g, derive(incoming, { own: right, other: left }), right.shape);
        }
        if (needed.slice(0, i).includes(true)) {
          incoming = sumTo(g, derive(incoming, { own: left, other: right }), left.shape);
        }
      }
      if (needed[0]) gradients[0] = incoming;
      return { inputs: inputs.map((_, i) => gradients[i]) };
    },
  };
}
