import { elementwisePair } from './shared/join.ts';
import { defineLayer } from './layer.ts';
import { elementwise, subtract } from './shared/onnx/arithmetic.ts';
import { onnxPair } from './shared/onnx/pair.ts';

/** The first input less the second, sizes of 1 stretched. Source: torch.sub. */
export const sub = defineLayer({
  ...elementwisePair('sub'),
  onnx: (g, { inputs: [a, b] }) =>
    onnxPair(g, [a, b], subtract(g, a, b), {
      first: (gradient) => gradient,
      second: (gradient) => elementwise(g, 'Neg', gradient),
    }),
  execute: (operators, { inputs: [a, b], output }) =>
    operators.run({ inputs: [a, b], output, layout: 'elementwise', gradients: ['incoming', 'product'] }),
});
