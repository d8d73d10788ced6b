import { VggError } from '../../core/errors/error.ts';
import type { Shape } from '../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import { concat } from './onnx/arithmetic.ts';
import type { OnnxResult } from './onnx/result.ts';
import type { Operators, Value } from './operators.ts';

/** Sizes that an axis is cut into. */
export interface Cut {
  readonly axis: number;
  readonly sizes: readonly number[];
}

/** More would not be named by anybody, and fill the memory. */
const MAX_PARTS = 10_000;

/** As often as it fits, and what is left. Throws `too-many-results`. */
export function equalSizes(kind: string, total: number, size: number): number[] {
  const count = Math.ceil(total / size);
  if (count > MAX_PARTS) throw new VggError('too-many-results', { kind, count, limit: MAX_PARTS });
  return Array.from({ length: count }, (_, i) => Math.min(size, total - i * size));
}

export function partShapes(x: Shape, { axis, sizes }: Cut): readonly [Shape, ...Shape[]] {
  const [first, ...others] = sizes.map((size) => x.with(axis, size));
  return [first ?? x, ...others];
}

/** Views of the parts; their gradients are laid side by side, zeros for a part that nothing reads. */
export function parts(operators: Operators, x: Value, cut: Cut): readonly [Value, ...Value[]] {
  const [first, ...others] = partShapes(x.shape, cut).map((shape) => ({
    viewOf: x,
    shape,
    strides: x.strides,
  }));
  return operators.runAll({ inputs: [x], output: first!, others });
}

export function onnxParts(g: OnnxGraph, x: Tensor, { axis, sizes }: Cut): OnnxResult {
  const lengths = g.constant(sizes, 'int64', [sizes.length]);
  const types = partShapes(x.shape, { axis, sizes }).map((shape) => ({ shape, type: x.type }));
  const [output, ...others] = sizes.length === 1 ? [x] : g.runAll('Split', [x, lengths], types, { axis });
  return {
    output: output!,
    others,
    backward: (gradient, _, further) => ({ inputs: [concat(g, [gradient, ...further], axis)] }),
  };
}
