import * as z from 'zod/mini';
import { executeKeepingEither, perElement } from './shared/activation.ts';
import { inplace } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { exponentialUnit } from './shared/onnx/exponential-unit.ts';

/** The two numbers under which means of 0 and variances of 1 stay so. Source: arXiv:1706.02515, section 2. */
const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;

/** `SCALE` times x where positive, times `ALPHA`·(eˣ − 1) elsewhere. Source: torch.nn.SELU. */
export const selu = defineLayer({
  ...perElement,
  kind: 'selu',
  stem: 'selu',
  attributes: z.strictObject({ inplace }),
  onnx: exponentialUnit({ alpha: ALPHA, scale: SCALE }),
  execute: executeKeepingEither,
});
