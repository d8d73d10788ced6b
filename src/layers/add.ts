import { elementwiseJoin } from './shared/join.ts';
import { chained } from './shared/keras-tape.ts';
import { defineLayer } from './layer.ts';
import { add as plus } from './shared/onnx/arithmetic.ts';
import { onnxJoin } from './shared/onnx/join.ts';

/** Sum of two or more branches, sizes of 1 stretched. Source: torch.add. */
export const add = defineLayer({
  ...elementwiseJoin('add', { class_name: 'Add', tape: chained(true) }, (operators, a, b, output) =>
    operators.run({ inputs: [a, b], output, layout: 'elementwise', gradients: ['incoming', 'incoming'] }),
  ),
  onnx: (g, call) =>
    onnxJoin(
      g,
      call,
      (a, b) => plus(g, a, b),
      (gradient) => gradient,
    ),
});
