import { elementwisePair } from './shared/join.ts';
import { defineLayer } from './layer.ts';
import { elementwise, shift, subtract } from './shared/onnx/arithmetic.ts';
import { onnxPair } from './shared/onnx/pair.ts';

/** The first input less the second, sizes of 1 stretched, or less a number. Source: torch.sub. */
export const sub = defineLayer({
  ...elementwisePair('sub', {
    pair: (operators, a, b, output) =>
      operators.run({ inputs: [a, b], output, layout: 'elementwise', gradients: ['incoming', 'product'] }),
    ofNumber: 'incoming',
  }),
  onnx: (g, { attributes: { other = 0 }, inputs }) =>
    onnxPair(g, inputs, {
      pair: (second) => ({
        output: subtract(g, inputs[0], second),
        first: (gradient) => gradient,
        second: (gradient) => elementwise(g, 'Neg', gradient),
      }),
      number: () => ({ output: shift(g, inputs[0], -other), first: (gradient) => gradient }),
    }),
});
