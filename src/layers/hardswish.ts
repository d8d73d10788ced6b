import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { compare, elementwise, multiply, scale, shift, where, zero } from './shared/onnx/arithmetic.ts';

/** x·min(max(0, x + 3), 6) / 6. Source: torch.nn.Hardswish. */
export const hardswish = defineLayer({
  ...perElement,
  kind: 'hardswish',
  stem: 'hardswish',
  attributes: z.strictObject({ inplace }),
  // 0 up to −3, 1 from 3 on, x/3 + 1/2 between
  onnx: onnxActivation(
    (g, x) => elementwise(g, 'HardSwish', x),
    (g, { x, gradient }) => {
      const slope = shift(g, scale(g, x, 1 / 3), 0.5);
      const above = where(g, compare(g, 'Less', x, g.constant(3)), slope, g.constant(1));
      const factor = where(g, compare(g, 'Greater', x, g.constant(-3)), above, zero(g));
      return multiply(g, gradient, factor);
    },
  ),
  execute: executeKeepingInput,
});
