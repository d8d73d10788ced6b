import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { add, elementwise, multiply, subtract } from './shared/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';

/** tanh(log(1 + eˣ)) */
const bent = (g: OnnxGraph, x: Tensor): Tensor => elementwise(g, 'Tanh', elementwise(g, 'Softplus', x));

/** x·tanh(log(1 + eˣ)). Source: torch.nn.Mish. */
export const mish = defineLayer({
  ...perElement,
  kind: 'mish',
  stem: 'mish',
  attributes: z.strictObject({ inplace }),
  // t + x·σ(x)·(1 − t²)
  onnx: onnxActivation(
    (g, x) => multiply(g, x, bent(g, x)),
    (g, { x, gradient }) => {
      const t = bent(g, x);
      const steepness = subtract(g, g.constant(1), multiply(g, t, t));
      const slope = multiply(g, multiply(g, x, elementwise(g, 'Sigmoid', x)), steepness);
      return multiply(g, gradient, add(g, t, slope));
    },
  ),
  execute: executeKeepingInput,
});
