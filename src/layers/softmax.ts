import * as z from 'zod/mini';
import { elements } from '../core/arithmetic.ts';
import { dimension } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import { kerasAxis } from './shared/keras.ts';
import { implicitDimension } from './shared/softmax.ts';
import { multiply, subtract, sum } from './shared/onnx/arithmetic.ts';

/** Maximum, subtraction, exponential, sum and division. */
const OPERATIONS_PER_ELEMENT = 5;

/**
 * Exponentials divided by their sum along `dim`. Left out, `dim` is PyTorch's implicit choice, which does not
 * change the shape. Source: torch.nn.Softmax.
 */
export const softmax = defineLayer({
  kind: 'softmax',
  family: 'activation',
  stem: 'softmax',
  attributes: z.strictObject({ dim: z.nullish(z.int()) }),
  shape({ attributes: { dim }, inputs }) {
    if (typeof dim === 'number') dimension(dim, inputs[0]);
    return inputs[0];
  },
  elementwise: ({ output }) => OPERATIONS_PER_ELEMENT * elements(output),
  keras({ attributes: { dim }, output }) {
    const axis = dim ?? implicitDimension(output);
    return [
      {
        class_name: 'Softmax',
        config: { axis: kerasAxis(dimension(axis, output), output.length) },
        tape: (tape, { inputs, output: bytes }) =>
          tape.run({ inputs, output: bytes, savesOutput: true, extra: bytes, scratch: bytes }),
      },
    ];
  },
  // y(g − Σ g·y)
  onnx(g, { attributes: { dim }, inputs: [x], output }) {
    const axis = dimension(dim ?? implicitDimension(output), output);
    const y = g.run('Softmax', [x], output, { axis });
    return {
      output: y,
      backward(gradient) {
        const total = sum(g, multiply(g, gradient, y), [axis]);
        return { inputs: [multiply(g, y, subtract(g, gradient, total))] };
      },
    };
  },
  execute: (operators, { inputs: [x], output }) =>
    operators.run({
      inputs: [x],
      output,
      saves: ['result'],
      layout: 'contiguous',
      autocast: 'float32Result',
    }),
});
