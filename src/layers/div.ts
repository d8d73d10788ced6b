import { runQuotient } from './shared/elementwise.ts';
import { elementwisePair } from './shared/join.ts';
import { defineLayer } from './layer.ts';
import { divide, elementwise, multiply } from './shared/onnx/arithmetic.ts';
import { onnxPair } from './shared/onnx/pair.ts';

/** The first input divided by the second, sizes of 1 stretched, or by a number. Source: torch.div. */
export const div = defineLayer({
  ...elementwisePair('div', {
    pair: runQuotient,
    ofNumber: 'new',
  }),
  onnx: (g, { attributes: { other = 1 }, inputs }) =>
    onnxPair(g, inputs, {
      pair(second) {
        const output = divide(g, inputs[0], second);
        return {
          output,
          first: (gradient) => divide(g, gradient, second),
          second: (gradient) => elementwise(g, 'Neg', multiply(g, gradient, divide(g, output, second))),
        };
      },
      number() {
        const by = g.constant(other);
        return { output: divide(g, inputs[0], by), first: (gradient) => divide(g, gradient, by) };
      },
    }),
});
