import { runProduct } from './shared/elementwise.ts';
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
    join: runProduct,
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
