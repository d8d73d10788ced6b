import * as z from 'zod/mini';
import { executeKeepingInput, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { onnxActivation } from './shared/onnx/activation.ts';
import { compare, elementwise, scale, where, zero } from './shared/onnx/arithmetic.ts';

/** min(max(0, x + 3), 6) / 6. Source: torch.nn.Hardsigmoid. */
export const hardsigmoid = defineLayer({
  ...perElement,
  kind: 'hardsigmoid',
  stem: 'hardsigmoid',
  attributes: z.strictObject({ inplace }),
  // 1/6 between −3 and 3
  onnx: onnxActivation(
    (g, x) => g.run('HardSigmoid', [x], x.shape, { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
    (g, { x, gradient }) => {
      const inside = compare(g, 'Less', elementwise(g, 'Abs', x), g.constant(3));
      return where(g, inside, scale(g, gradient, 1 / 6), zero(g));
    },
  ),
  execute: executeKeepingInput,
});
