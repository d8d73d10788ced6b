import { defineLayer } from './layer.ts';
import { elementFunction } from './shared/function.ts';
import { elementwise } from './shared/onnx/arithmetic.ts';

/** Each element with the other sign. Source: torch.neg. */
export const neg = defineLayer(
  elementFunction('neg', {
    keeps: 'nothing',
    scratch: 0,
    onnx: 'Neg',
    derive: (g, { gradient }) => elementwise(g, 'Neg', gradient),
  }),
);
