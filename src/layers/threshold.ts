import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { compare, where, zero } from './shared/onnx/arithmetic.ts';

/** x where it is over `threshold`, `value` elsewhere. Source: torch.nn.Threshold. */
export const threshold = defineLayer({
  ...perElement,
  kind: 'threshold',
  stem: 'threshold',
  attributes: z.strictObject({ threshold: z.number(), value: z.number(), inplace }),
  onnx: (g, call) => {
    const { threshold, value } = call.attributes;
    const over = compare(g, 'Greater', call.inputs[0], g.constant(threshold));
    return onnxActivation(
      (_, x) => where(g, over, x, g.constant(value)),
      (_, { gradient }) => where(g, over, gradient, zero(g)),
    )(g, call);
  },
  execute: executeKeepingInput,
});
