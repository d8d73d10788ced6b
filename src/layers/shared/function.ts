import * as z from 'zod/mini';
import type { LayerKind, NoWeights } from '../layer.ts';
import { perElement } from './activation.ts';
import type { One } from './inputs.ts';
import type { Operator } from './operators.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import { onnxActivation } from './onnx/activation.ts';

const attributes = z.strictObject({});

/** What a function of one element is in PyTorch and in ONNX. */
interface ElementFunction {
  /** What its backward pass needs. */
  readonly keeps: 'input' | 'result' | 'nothing';
  /** Tensors of the input's size that its backward pass makes beside the gradient. */
  readonly scratch: number;
  readonly autocast?: Operator['autocast'];
  /** ONNX's operator. */
  readonly onnx: string;
  /** The gradient from the input, the result and the incoming one. */
  readonly derive: (g: OnnxGraph, values: { x: Tensor; y: Tensor; gradient: Tensor }) => Tensor;
}

/** A function of `torch` that changes every element by itself and takes no arguments. */
export function elementFunction(
  kind: string,
  { keeps, scratch, autocast, onnx, derive }: ElementFunction,
): LayerKind<typeof attributes, One, NoWeights> {
  return {
    ...perElement,
    kind,
    stem: kind,
    attributes,
    onnx: onnxActivation((g, x) => g.run(onnx, [x], x), derive),
    execute: (operators, { inputs: [x], output }) =>
      operators.run({
        inputs: [x],
        output,
        saves: keeps === 'input' ? [x] : keeps === 'result' ? ['result'] : [],
        backwardScratch: [Array.from({ length: scratch }, () => output)],
        ...(autocast && { autocast }),
      }),
  };
}
