import * as z from 'zod/mini';
import type { LayerKind, NoWeights } from '../layer.ts';
import { flag } from './attributes.ts';
import type { One } from './inputs.ts';
import { divide, floats, multiply, reduce, reshape, same, sum } from './onnx/arithmetic.ts';
import { reducedAxes, reducedShape, reduction, reductionOperations } from './reduction.ts';

/** Of all elements that were reduced to one the largest or the smallest, the gradient shared by those that are equal. */
export const extreme = (
  kind: string,
  operator: 'ReduceMax' | 'ReduceMin',
): LayerKind<typeof reduction, One, NoWeights> => ({
  kind,
  family: 'pool',
  stem: kind,
  attributes: reduction,
  global: true,
  shape: reducedShape,
  elementwise: reductionOperations,
  onnx(g, { attributes: a, inputs: [x], output }) {
    const axes = reducedAxes(a, x.shape);
    const kept = reduce(g, operator, x, axes);
    return {
      output: reshape(g, kept, output),
      backward(gradient) {
        const equal = same(g, x, kept);
        const share = divide(g, reshape(g, gradient, kept.shape), sum(g, equal, axes));
        return { inputs: [multiply(g, share, equal)] };
      },
      ...(axes.includes(0) && { mixesBatch: true as const }),
    };
  },
  // Which elements are the extreme, how many they are, and the share of each. Source: scale_grad_by_count.
  execute: (operators, { inputs: [x], output }) =>
    operators.run({
      inputs: [x],
      output,
      saves: [x, 'result'],
      layout: 'contiguous',
      backwardScratch: [[{ shape: x.shape, type: 'bool' }, { shape: output, type: 'int64' }, output]],
    }),
});

const alongOne = z.strictObject({ dim: z.int(), keepdim: flag(false) });

/** Along one dimension, with the place of the first that is the extreme, to which the gradient goes. */
export const extremeAt = (
  kind: string,
  operators: { readonly extreme: 'ReduceMax' | 'ReduceMin'; readonly place: 'ArgMax' | 'ArgMin' },
): LayerKind<typeof alongOne, One, NoWeights> => ({
  kind,
  family: 'pool',
  stem: kind,
  attributes: alongOne,
  global: true,
  givesTypes: () => ['float', 'int64'],
  shape: reducedShape,
  others: (call) => [reducedShape(call)],
  elementwise: reductionOperations,
  onnx(g, { attributes: a, inputs: [x], output }) {
    const axes = reducedAxes(a, x.shape);
    const [axis] = axes as [number];
    const kept = reduce(g, operators.extreme, x, axes);
    const place = { shape: output, type: 'int64' } as const;
    return {
      output: reshape(g, kept, output),
      others: [g.run(operators.place, [x], place, { axis, keepdims: a.keepdim ? 1 : 0 })],
      backward(gradient) {
        const equal = same(g, x, kept);
        // The first of them alone has one of them so far.
        const soFar = g.run('CumSum', [equal, g.constant(axis, 'int64')], equal);
        const first = multiply(g, equal, same(g, soFar, g.constant(1)));
        return { inputs: [multiply(g, reshape(g, gradient, kept.shape), floats(g, first))] };
      },
      ...(axis === 0 && { mixesBatch: true as const }),
    };
  },
  execute: (run, { inputs: [x], output }) =>
    run.runAll({
      inputs: [x],
      output,
      others: [{ shape: output, type: 'int64' }],
      saves: ['others'],
      layout: 'contiguous',
    }),
});
