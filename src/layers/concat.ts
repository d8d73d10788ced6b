import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { sum } from '../core/arithmetic.ts';
import { channelsLastStrides, contiguousStrides, isChannelsLast, type Layout } from '../core/layout.ts';
import type { Shape } from '../core/shape.ts';
import { dimension } from './shared/dimension.ts';
import { defineLayer } from './layer.ts';
import { mapEach, oneOrMore } from './shared/inputs.ts';
import { kerasIdentity, kerasAxis } from './shared/keras.ts';
import { concat as joined } from './shared/onnx/arithmetic.ts';

/** Lays branches side by side along `dim`, the channels unless told otherwise. Source: torch.cat. */
export const concat = defineLayer({
  kind: 'concat',
  family: 'join',
  stem: 'concat',
  takesTypes: 'any',
  takes: oneOrMore,
  attributes: z.strictObject({ dim: z._default(z.int(), 1) }),
  shape({ attributes: { dim }, inputs }) {
    const first = inputs[0];
    const along = dimension(dim, first);
    const fits = inputs.every(
      (shape) =>
        shape.length === first.length && shape.every((size, axis) => axis === along || size === first[axis]),
    );
    if (!fits) throw new VggError('shapes-do-not-join', { kind: 'concat', shapes: inputs, dim });
    const total = sum(inputs.map((shape) => shape[along]!));
    return first.map((size, axis) => (axis === along ? total : size));
  },
  keras: ({ attributes: { dim }, inputs, output }) =>
    inputs.length === 1
      ? kerasIdentity()
      : [
          {
            class_name: 'Concatenate',
            config: { axis: kerasAxis(dimension(dim, output), output.length) },
            tape: (tape, call) =>
              tape.run({ inputs: call.inputs, output: call.output, saves: call.inputs, eager: true }),
          },
        ],
  onnx(g, { attributes: { dim }, inputs, output }) {
    const axis = dimension(dim, output);
    return {
      output: joined(g, inputs, axis),
      backward(gradient) {
        const sizes = inputs.map(({ shape }) => shape[axis]!);
        const lengths = g.constant(sizes, 'int64', [sizes.length]);
        const shapes = inputs.map(({ shape }) => shape);
        const parts = g.runAll('Split', [gradient, lengths], shapes, { axis });
        return { inputs: mapEach(inputs, (_, place) => parts[place]) };
      },
    };
  },
  execute: (operators, { inputs, output }) =>
    operators.run({
      inputs,
      output,
      layout: joinedStrides(inputs, output),
      gradients: inputs.map(() => 'slice'),
    }),
});

/** Channels last where all parts lie so. Source: `cat_compute_output_memory_format`, aten/src/ATen/native/TensorShape.cpp. */
const joinedStrides = (parts: readonly Layout[], output: Shape) =>
  parts.every(isChannelsLast) ? channelsLastStrides(output) : contiguousStrides(output);
