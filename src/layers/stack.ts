import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { sameShape } from '../core/shape.ts';
import { defineLayer } from './layer.ts';
import { dimension } from './shared/dimension.ts';
import { mapEach, oneOrMore } from './shared/inputs.ts';
import { concat, reshape, slice } from './shared/onnx/arithmetic.ts';

/** Tensors of one shape side by side along a new dimension. Source: torch.stack. */
export const stack = defineLayer({
  kind: 'stack',
  family: 'join',
  stem: 'stack',
  takes: oneOrMore,
  takesTypes: 'any',
  attributes: z.strictObject({ dim: z._default(z.int(), 0) }),
  shape({ attributes: { dim }, inputs }) {
    const [first] = inputs;
    if (!inputs.every((shape) => sameShape(shape, first)))
      throw new VggError('shapes-do-not-stack', { shapes: inputs });
    return first.toSpliced(dimension(dim, [...first, 1]), 0, inputs.length);
  },
  onnx(g, { attributes: { dim }, inputs, output }) {
    const axis = dimension(dim, output);
    const one = output.with(axis, 1);
    return {
      output: concat(
        g,
        inputs.map((input) => reshape(g, input, one)),
        axis,
      ),
      backward: (gradient) => ({
        inputs: mapEach(inputs, ({ shape }, start) =>
          reshape(g, slice(g, gradient, [{ axis, start, count: 1 }]), shape),
        ),
      }),
    };
  },
  execute(operators, { attributes: { dim }, inputs, output }) {
    const axis = dimension(dim, output);
    const others = output.map((_, i) => i).filter((i) => i !== axis);
    return operators.run({
      inputs,
      output,
      layout: 'contiguous',
      gradients: inputs.map(() => ({ axes: others })),
    });
  },
});
