import { sumTo } from './arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { OnnxCall } from '../../layer.ts';
import { mapEach, type OneOrMore } from '../inputs.ts';
import type { OnnxResult } from './result.ts';

interface Joining {
  join(a: Tensor, b: Tensor): Tensor;
  /** The gradient of one of two sides, not yet summed to its shape. */
  derive(gradient: Tensor, side: { own: Tensor; other: Tensor }): Tensor;
  /** The same of an input and a number. */
  number(x: Tensor, other: number): { output: Tensor; derive(gradient: Tensor): Tensor };
}

/** Two or more inputs joined pairwise from the left, sizes of 1 stretched, or one and a number. */
export function onnxJoin(
  g: OnnxGraph,
  {
    attributes,
    inputs,
  }: Pick<OnnxCall<{ readonly other?: number | undefined }, OneOrMore>, 'attributes' | 'inputs'>,
  { join, derive, number }: Joining,
): OnnxResult<OneOrMore> {
  if (attributes.other !== undefined) {
    const one = number(inputs[0], attributes.other);
    return { output: one.output, backward: (gradient) => ({ inputs: [one.derive(gradient)] }) };
  }
  const lefts: [Tensor, ...Tensor[]] = [inputs[0]];
  for (const right of inputs.slice(1)) lefts.push(join(last(lefts), right));
  return {
    output: last(lefts),
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
      return { inputs: mapEach(inputs, (_, i) => gradients[i]) };
    },
  };
}

const last = ([first, ...others]: readonly [Tensor, ...Tensor[]]): Tensor => others.at(-1) ?? first;
