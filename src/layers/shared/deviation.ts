import * as z from 'zod/mini';
import { elements, product } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { Tensor } from '../../onnx/graph.ts';
import type { LayerKind, NoWeights } from '../layer.ts';
import type { One } from './inputs.ts';
import {
  compare,
  divide,
  elementwise,
  mean,
  multiply,
  reshape,
  scale,
  subtract,
  sum,
  where,
  zero,
} from './onnx/arithmetic.ts';
import type { Scratch } from './operators.ts';
import { reducedAxes, reducedShape, reduction } from './reduction.ts';

const attributes = z.extend(reduction, {
  /** Taken from the number of elements before it divides. */
  correction: z._default(z.int(), 1),
});

/** Each element is added, has the mean taken from it, is squared and added again. */
const OPERATIONS_PER_ELEMENT = 4;

/** The mean square of what elements are from their mean, or its root. */
export const deviation = (
  kind: string,
  { root }: { readonly root: boolean },
): LayerKind<typeof attributes, One, NoWeights> => ({
  kind,
  family: 'pool',
  stem: kind,
  attributes,
  global: true,
  shape: reducedShape,
  elementwise: ({ inputs: [x] }) =>
    product([OPERATIONS_PER_ELEMENT, elements(x)], 'the number of operations'),
  // 2 · gradient · (x − mean) / (count − correction), and of the root that divided by twice itself
  onnx(g, { attributes: a, inputs: [x], output }) {
    const axes = reducedAxes(a, x.shape);
    const divisor = 1 / (count(axes, x.shape) - a.correction);
    const centered = subtract(g, x, mean(g, x, axes));
    const variance = scale(g, sum(g, multiply(g, centered, centered), axes), divisor);
    const kept = root ? elementwise(g, 'Sqrt', variance) : variance;
    const ofVariance = (gradient: Tensor) => {
      if (!root) return scale(g, gradient, 2);
      const share = divide(g, gradient, kept);
      return where(g, compare(g, 'Equal', kept, zero(g)), zero(g), share);
    };
    return {
      output: reshape(g, kept, output),
      backward(gradient) {
        const share = scale(g, ofVariance(reshape(g, gradient, kept.shape)), divisor);
        return { inputs: [multiply(g, share, centered)] };
      },
      ...(axes.includes(0) && { mixesBatch: true as const }),
    };
  },
  execute(operators, { inputs: [x], output }) {
    // The mean, what is left of each element, and the scaled gradient; of the root its own gradient first.
    const beside: readonly Scratch[] = [output, x.shape, output, ...(root ? [output] : [])];
    return operators.run({
      inputs: [x],
      output,
      saves: root ? [x, 'result'] : [x],
      layout: 'contiguous',
      backwardScratch: [beside],
    });
  },
});

const count = (axes: readonly number[], x: Shape): number =>
  product(
    axes.map((axis) => x[axis]!),
    'the number of elements',
  );
