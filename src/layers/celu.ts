import * as z from 'zod/mini';
import { executeKeepingEither, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { exponentialUnit } from './shared/onnx/exponential-unit.ts';

const alpha = z.number().check(z.refine((value) => value !== 0, 'must not be 0'));

/** x where positive, `alpha`·(e^(x/alpha) − 1) elsewhere. Source: torch.nn.CELU. */
export const celu = defineLayer({
  ...perElement,
  kind: 'celu',
  stem: 'celu',
  attributes: z.strictObject({ alpha: z._default(alpha, 1), inplace }),
  onnx: (g, call) => {
    const { alpha } = call.attributes;
    return exponentialUnit({ alpha, inner: 1 / alpha })(g, call);
  },
  execute: executeKeepingEither,
});
