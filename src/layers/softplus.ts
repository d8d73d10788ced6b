import * as z from 'zod/mini';
import { perElement } from './shared/activation.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { compare, elementwise, multiply, scale, where } from './shared/onnx/arithmetic.ts';

const beta = z.number().check(z.refine((value) => value !== 0, 'must not be 0'));

/** log(1 + e^(`beta`·x)) / `beta`, and x itself where `beta`·x is over `threshold`. Source: torch.nn.Softplus. */
export const softplus = defineLayer({
  ...perElement,
  kind: 'softplus',
  stem: 'softplus',
  attributes: z.strictObject({ beta: z._default(beta, 1), threshold: z._default(z.number(), 20) }),
  onnx: (g, call) => {
    const { beta, threshold } = call.attributes;
    const scaled = scale(g, call.inputs[0], beta);
    const linear = compare(g, 'Greater', scaled, g.constant(threshold));
    return onnxActivation(
      (_, x) => where(g, linear, x, scale(g, elementwise(g, 'Softplus', scaled), 1 / beta)),
      (_, { gradient }) =>
        where(g, linear, gradient, multiply(g, gradient, elementwise(g, 'Sigmoid', scaled))),
    )(g, call);
  },
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, saves: [x], autocast: 'float32' }),
});
