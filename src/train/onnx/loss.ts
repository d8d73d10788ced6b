import { compare, multiply, reshape, scale, subtract, sum } from '../../layers/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../layers/onnx/graph.ts';

export interface Loss {
  /** Sum of the examples' cross-entropies. */
  readonly total: Tensor;
  /** How many examples have their label's score as the highest. */
  readonly correct: Tensor;
  /** Of the mean over `examples`, with respect to the scores. */
  gradient(examples: number): Tensor;
}

/** Softmax cross-entropy of N×K scores against N labels. */
export function writeLoss(g: OnnxGraph, scores: Tensor, labels: Tensor): Loss {
  const [count, classes] = scores.shape as readonly [number, number];
  const logarithms = g.run('LogSoftmax', [scores], scores.shape, { axis: 1 });
  const pair = g.constant([0, 1], 'float32', [2]);
  const wanted = g.run('OneHot', [labels, g.constant(classes, 'int64', [1]), pair], scores.shape, {
    axis: 1,
  });
  const highest = g.run('ArgMax', [scores], { shape: [count], type: 'int64' }, { axis: 1, keepdims: 0 });
  const hits = g.run('Cast', [compare(g, 'Equal', highest, labels)], [count], { to: 1 });
  return {
    total: reshape(g, scale(g, sum(g, multiply(g, logarithms, wanted), [0, 1]), -1), []),
    correct: reshape(g, sum(g, hits, [0]), []),
    gradient(examples) {
      const likely = g.run('Exp', [logarithms], scores.shape);
      return scale(g, subtract(g, likely, wanted), 1 / examples);
    },
  };
}
