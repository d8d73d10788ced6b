import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { Mixing } from './resampling.ts';

/** For each spatial axis the pixels to take along it, in order and as often as they are named. */
type Taken = readonly (readonly number[])[];

/** The pixels of those indices along each spatial axis. */
export const takeAlong = (g: OnnxGraph, x: Tensor, taken: Taken): Tensor =>
  taken.reduce(
    (from, indices, axis) =>
      g.run(
        'Gather',
        [from, g.constant(indices, 'int64', [indices.length])],
        from.shape.with(axis + 2, indices.length),
        { axis: axis + 2 },
      ),
    x,
  );

/** Adds what was taken from a pixel back to it, as matrices to mix each axis by; its sides are `size`. */
export const places = (taken: Taken, size: readonly number[]): Mixing[] =>
  taken.map((indices, axis) =>
    Array.from({ length: size[axis]! }, (_, pixel) => indices.map((index) => (index === pixel ? 1 : 0))),
  );
