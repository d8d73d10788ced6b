import * as z from 'zod/mini';
import { defineLayer } from './layer.ts';
import { flag } from './shared/attributes.ts';
import { reducedShape, reductionOperations } from './shared/reduction.ts';

/** The place of the largest along `dim`, among all elements when it is left out; integers. Source: torch.argmax. */
export const argmax = defineLayer({
  kind: 'argmax',
  family: 'pool',
  stem: 'argmax',
  attributes: z.strictObject({ dim: z.nullish(z.int()), keepdim: flag(false) }),
  global: true,
  givesTypes: () => ['int64'],
  shape: reducedShape,
  elementwise: reductionOperations,
  execute: (operators, { inputs: [x], output }) =>
    operators.run({ inputs: [x], output, layout: 'contiguous', gradients: ['none'], resultType: 'int64' }),
});
