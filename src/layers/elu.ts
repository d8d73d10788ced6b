import * as z from 'zod/mini';
import { executeKeepingEither, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { exponentialUnit } from './shared/onnx/exponential-unit.ts';

/** x where positive, `alpha`·(eˣ − 1) elsewhere. Source: torch.nn.ELU. */
export const elu = defineLayer({
  ...perElement,
  kind: 'elu',
  stem: 'elu',
  attributes: z.strictObject({ alpha: z._default(z.number(), 1), inplace }),
  onnx: (g, call) => exponentialUnit({ alpha: call.attributes.alpha })(g, call),
  execute: executeKeepingEither,
});
