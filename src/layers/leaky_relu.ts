import * as z from 'zod/mini';
import { executeKeepingEither, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { maskOf } from './shared/keras-tape.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { compare, scale, where, zero } from './shared/onnx/arithmetic.ts';

/** x where positive, `negative_slope`·x elsewhere. Source: torch.nn.LeakyReLU. */
export const leaky_relu = defineLayer({
  ...perElement,
  kind: 'leaky_relu',
  stem: 'relu',
  attributes: z.strictObject({ negative_slope: z._default(z.number(), 0.01), inplace }),
  keras: ({ attributes: a }) => [
    {
      class_name: 'LeakyReLU',
      config: { alpha: a.negative_slope },
      tape: (tape, { inputs, output }) =>
        tape.run({ inputs, output, saves: inputs, extra: maskOf(output), scratch: output }),
    },
  ],
  onnx: (g, call) =>
    onnxActivation(
      (_, x) => g.run('LeakyRelu', [x], x.shape, { alpha: { float: call.attributes.negative_slope } }),
      (_, { x, gradient }) => {
        const positive = compare(g, 'Greater', x, zero(g));
        return where(g, positive, gradient, scale(g, gradient, call.attributes.negative_slope));
      },
    )(g, call),
  execute: executeKeepingEither,
});
