import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Metrics } from '../engines/engine.ts';
import type { TensorFlow } from './tfjs.ts';

/** Softmax cross-entropy summed over the batch and divided by `count`; its gradient is (softmax − one-hot) / count. */
export function crossEntropy({ tf }: TensorFlow, logits: Tensor2D, oneHot: Tensor2D, count: number): Scalar {
  const loss = tf.customGrad((...inputs) => {
    const x = inputs[0] as Tensor;
    const shifted = tf.sub(x, tf.max(x, 1, true));
    const exponentials = tf.exp(shifted);
    const total = tf.sum(exponentials, 1, true);
    const probabilities = tf.div(exponentials, total);
    const save = inputs[1] as unknown as (tensors: Tensor[]) => void;
    save([probabilities]);
    return {
      value: tf.div(tf.sum(tf.mul(oneHot, tf.sub(tf.log(total), shifted))), count),
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.mul(dy, tf.div(tf.sub(saved[0]!, oneHot), count)),
    };
  });
  return loss(logits) as Scalar;
}

/** The same sum, and the hits, in double precision from the logits themselves. */
export function measure(logits: Float32Array, labels: Uint8Array, classes: number): Metrics {
  let loss = 0;
  let correct = 0;
  labels.forEach((label, n) => {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = row.reduce((sum, value) => sum + Math.exp(value - largest), 0);
    loss += Math.log(total) + largest - row[label]!;
    if (row.indexOf(largest) === label) correct++;
  });
  return { count: labels.length, loss, correct };
}
