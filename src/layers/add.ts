import { runSum } from './shared/elementwise.ts';
import { elementwiseJoin } from './shared/join.ts';
import { chained } from './shared/keras-tape.ts';
import { defineLayer } from './layer.ts';
import { add as plus, shift } from './shared/onnx/arithmetic.ts';
import { onnxJoin } from './shared/onnx/join.ts';

/** Sum of two or more branches, sizes of 1 stretched, or of one and a number. Source: torch.add. */
export const add = defineLayer({
  ...elementwiseJoin('add', {
    keras: { class_name: 'Add', tape: chained(true) },
    join: runSum,
    ofNumber: 'incoming',
  }),
  onnx: (g, call) =>
    onnxJoin(g, call, {
      join: (a, b) => plus(g, a, b),
      derive: (gradient) => gradient,
      number: (x, other) => ({ output: shift(g, x, other), derive: (gradient) => gradient }),
    }),
});
