import {
  floats,
  multiply,
  reshape,
  same,
  scale,
  subtract,
  sum,
} from '../../layers/shared/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';

export interface Loss {
  /** Sum of the examples' cross-entropies. */
  readonly total: Tensor;
  /** How many examples have their label's score as the highest. */
  readonly correct: Tensor;
  /** With respect to the scores, times an example's `share` of the mean loss. */
  gradient(share: Tensor): Tensor;
}

/**
 * Softmax cross-entropy of N×K scores against N labels. All is computed in floats, which every device has: they are
 * exact for more classes than a network can have.
 */
export function writeLoss(g: OnnxGraph, scores: Tensor, labels: Tensor): Loss {
  const [count, classes] = scores.shape as readonly [number, number];
  const logarithms = g.run('LogSoftmax', [scores], scores.shape, { axis: 1 });
  const label = reshape(g, floats(g, labels), [count, 1]);
  const numbers = Array.from({ length: classes }, (_, k) => k);
  const row = (values: readonly number[]) => g.constant(values, 'float32', [1, classes]);
  const wanted = same(g, label, row(numbers));
  // Of several highest scores the first counts: it has the most classes from it on.
  const from = numbers.map((k) => classes - k);
  const first = highest(g, multiply(g, same(g, scores, highest(g, scores)), row(from)));
  const hits = same(g, first, subtract(g, g.constant(classes), label));
  return {
    total: reshape(g, scale(g, sum(g, multiply(g, logarithms, wanted), [0, 1]), -1), []),
    correct: reshape(g, sum(g, hits, [0, 1]), []),
    gradient(share) {
      const likely = g.run('Exp', [logarithms], scores.shape);
      return multiply(g, subtract(g, likely, wanted), share);
    },
  };
}

/** The highest value of each row. */
const highest = (g: OnnxGraph, x: Tensor): Tensor =>
  g.run('ReduceMax', [x, g.constant([1], 'int64', [1])], [x.shape[0]!, 1]);
