import * as z from 'zod/mini';
import { elements, product } from '../core/arithmetic.ts';
import type { Shape } from '../core/shape.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { integer } from './shared/attributes.ts';
import { defineLayer } from './layer.ts';
import { reshape, sum } from './shared/onnx/arithmetic.ts';

const attributes = z.strictObject({
  /** How often along each dimension; once along the first of them where there are fewer numbers. */
  dims: z.array(integer(1)),
});

/** Copies of a tensor side by side. Source: torch.tile, which is torch.Tensor.repeat but for missing numbers. */
export const tile = defineLayer({
  kind: 'tile',
  family: 'reshape',
  stem: 'tile',
  takesTypes: 'any',
  attributes,
  shape: ({ attributes: { dims }, inputs: [x] }) =>
    perDimension(dims, x).map((times, i, { length }) =>
      product([times, x[i - length + x.length] ?? 1], 'the size of an output'),
    ),
  onnx(g, { attributes: { dims }, inputs: [x], output }) {
    const repeats = perDimension(dims, x.shape);
    const ahead = repeats.slice(x.shape.length).map(() => 1);
    const whole = withAxesAhead(g, x, ahead);
    const times = g.constant(repeats, 'int64', [repeats.length]);
    // Each repeated dimension as copies × size.
    const apart = repeats.map((one, i) => (one === 1 ? [whole.shape[i]!] : [one, whole.shape[i]!]));
    const copies = repeats.flatMap((one, i) => (one === 1 ? [] : [apart.slice(0, i).flat().length]));
    return {
      output: g.run('Tile', [whole, times], { shape: output, type: x.type }),
      backward(gradient) {
        const added = copies.length > 0 ? sum(g, reshape(g, gradient, apart.flat()), copies) : gradient;
        return { inputs: [reshape(g, added, x.shape)] };
      },
      ...((ahead.length > 0 || repeats[0] !== 1) && { mixesBatch: true as const }),
    };
  },
  execute: (operators, { attributes: { dims }, inputs: [x], output }) =>
    operators.run({
      inputs: [x],
      output,
      layout: 'contiguous',
      backwardScratch: [sums(perDimension(dims, x.shape), x.shape, output)],
    }),
});

const perDimension = (dims: readonly number[], x: Shape): readonly number[] => [
  ...x.slice(dims.length).map(() => 1),
  ...dims,
];

/** Whatever the batch, which is no longer the first axis. */
function withAxesAhead(g: OnnxGraph, x: Tensor, ahead: Shape): Tensor {
  if (ahead.length === 0) return x;
  const sizes = [...ahead, -1, ...x.shape.slice(1)];
  const shape = [...ahead, ...x.shape];
  return g.run('Reshape', [x, g.constant(sizes, 'int64', [sizes.length])], { shape, type: x.type });
}

/**
 * The backward pass adds the copies along new dimensions up first, one dimension after the other, each into a tensor
 * of its own beside the one before it. Source: repeat_backward, torch/csrc/autograd/FunctionsManual.cpp.
 */
function sums(repeats: readonly number[], x: Shape, output: Shape): readonly Shape[] {
  const ahead = repeats.length - x.length;
  const [first, second] = [output.slice(1), output.slice(2)];
  if (ahead === 0) return [];
  if (ahead === 1) return repeats.slice(1).every((times) => times === 1) ? [] : [first];
  // The first two are the largest, and where the gradient itself is not there yet.
  return [[elements(first) + elements(second) - elements(x)]];
}
