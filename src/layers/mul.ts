import { elementwiseJoin } from './shared/join.ts';
import { chained } from './shared/keras-tape.ts';
import { defineLayer } from './layer.ts';
import { multiply, scale } from './shared/onnx/arithmetic.ts';
import { onnxJoin } from './shared/onnx/join.ts';

/** Product of two or more branches, sizes of 1 stretched, or of one and a number. Source: torch.mul. */
export const mul = defineLayer({
  ...elementwiseJoin('mul', {
    keras: { class_name: 'Multiply', tape: chained(false) },
    ofNumber: 'new',
    join(operators, a, b, output) {
      const inPlace = 'overwrites' in output;
      return operators.run({
        inputs: [a, b],
        output,
        // Each factor is the other's gradient; in place, autograd copies the one that is overwritten.
        saves: inPlace
          ? [{ value: b, neededFor: a }]
          : [
              { value: a, neededFor: b },
              { value: b, neededFor: a },
            ],
        ...(inPlace && { byproducts: [{ shape: a.shape, neededFor: b }] }),
        layout: 'elementwise',
        gradients: ['product', 'product'],
      });
    },
  }),
  onnx: (g, call) =>
    onnxJoin(g, call, {
      join: (a, b) => multiply(g, a, b),
      derive: (gradient, { other }) => multiply(g, gradient, other),
      number: (x, other) => ({
        output: scale(g, x, other),
        derive: (gradient) => scale(g, gradient, other),
      }),
    }),
});
