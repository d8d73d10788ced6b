import { elementwisePair } from './shared/join.ts';
import { defineLayer } from './layer.ts';
import { divide, elementwise, multiply } from './shared/onnx/arithmetic.ts';
import { onnxPair } from './shared/onnx/pair.ts';

/** The first input divided by the second, sizes of 1 stretched. Source: torch.div. */
export const div = defineLayer({
  ...elementwisePair('div'),
  onnx(g, { inputs: [a, b] }) {
    const y = divide(g, a, b);
    return onnxPair(g, [a, b], y, {
      first: (gradient) => divide(g, gradient, b),
      second: (gradient) => elementwise(g, 'Neg', multiply(g, gradient, divide(g, y, b))),
    });
  },
  execute: (operators, { inputs: [a, b], output }) =>
    operators.run({
      inputs: [a, b],
      output,
      saves: [
        { value: a, neededFor: b },
        { value: b, neededFor: a },
        { value: b, neededFor: b },
      ],
      layout: 'elementwise',
      gradients: ['product', 'product'],
      // −gradient, a / b and that divided once more.
      backwardScratch: [[], [output, output, output]],
    }),
});
