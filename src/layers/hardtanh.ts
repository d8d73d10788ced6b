import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { compare, where, zero } from './shared/onnx/arithmetic.ts';

const bounds = z.strictObject({
  min_val: z._default(z.number(), -1),
  max_val: z._default(z.number(), 1),
  inplace,
});

/** min(max(`min_val`, x), `max_val`). Source: torch.nn.Hardtanh. */
export const hardtanh = defineLayer({
  ...perElement,
  kind: 'hardtanh',
  stem: 'hardtanh',
  keepsMaxima: true,
  attributes: bounds.check(
    z.refine(({ min_val, max_val }) => max_val > min_val, {
      path: ['max_val'],
      error: 'must be more than min_val',
    }),
  ),
  onnx: (g, call) => {
    const [least, most] = [g.constant(call.attributes.min_val), g.constant(call.attributes.max_val)];
    return onnxActivation(
      (_, x) => g.run('Clip', [x, least, most], x.shape),
      (_, { x, gradient }) => {
        const above = compare(g, 'Greater', x, least);
        return where(g, compare(g, 'And', above, compare(g, 'Less', x, most)), gradient, zero(g));
      },
    )(g, call);
  },
  execute: executeKeepingInput,
});
