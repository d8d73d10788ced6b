import * as z from 'zod/mini';
import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import type { Applied, Call, Execution, OnnxCall } from '../layer.ts';
import { flag } from './attributes.ts';
import { distinct } from './axes.ts';
import { expand, reshape, scale, sum } from './onnx/arithmetic.ts';
import type { Operator, Operators, Value } from './operators.ts';
import type { OnnxResult } from './onnx/result.ts';

/** What `mean`, `sum` and the like share: the dimensions that go, all of them where none is named. */
export const reduction = z.strictObject({
  dim: z.nullish(z.union([z.int(), z.array(z.int()).check(z.minLength(1))])),
  keepdim: flag(false),
});
type Reduction = z.output<typeof reduction>;

/** The axes that are reduced, from the front. Throws `no-such-dimension` and `dimension-twice`. */
export function reducedAxes({ dim }: Reduction, x: Shape): readonly number[] {
  if (dim === undefined || dim === null) return x.map((_, axis) => axis);
  return distinct(typeof dim === 'number' ? [dim] : dim, x);
}

export function reducedShape({ attributes: a, inputs: [x] }: Call<Reduction>): Shape {
  const axes = reducedAxes(a, x);
  return x.flatMap((size, axis) => (axes.includes(axis) ? (a.keepdim ? [1] : []) : [size]));
}

/** Every element that comes in is added once. */
export const reductionOperations = ({ inputs: [x] }: Applied<Reduction>): number => elements(x);

/** Each element of the gradient is seen again by all that were reduced to it, `scaled` where they were averaged. */
export const runReduction = (
  operators: Operators,
  { attributes, inputs: [x], output }: Execution<Reduction>,
  { scaled, autocast }: { readonly scaled: boolean } & Pick<Operator, 'autocast'>,
): Value =>
  operators.run({
    inputs: [x],
    output,
    layout: 'contiguous',
    gradients: [{ spread: reducedAxes(attributes, x.shape), scaled }],
    ...(autocast && { autocast }),
  });

/** The sum times `factor`; each input gets that share of the gradient. */
export function onnxReduction(
  g: OnnxGraph,
  { attributes: a, inputs: [x], output }: Pick<OnnxCall<Reduction>, 'attributes' | 'inputs' | 'output'>,
  factor: number,
): OnnxResult {
  const axes = reducedAxes(a, x.shape);
  const total = sum(g, x, axes);
  const kept = total.shape;
  const inFull = (gradient: Tensor) => expand(g, reshape(g, gradient, kept), x.shape);
  return {
    output: reshape(g, scale(g, total, factor), output),
    backward: (gradient) => ({ inputs: [inFull(scale(g, gradient, factor))] }),
    ...(axes.includes(0) && { mixesBatch: true as const }),
  };
}
