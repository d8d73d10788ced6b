import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Shape } from '../../core/shape.ts';
import type { Batch } from '../data/batches.ts';
import type { TensorFlow } from './tfjs.ts';

/** A batch's images as tfjs takes them: N×H×W×C out of N×C×H×W. */
export function imagesOf({ tf }: TensorFlow, { images, count }: Batch, input: Shape): Tensor4D {
  const [, c, h, w] = input as [number, number, number, number];
  if (c === 1) return tf.tensor4d(images, [count, h, w, 1]);
  return tf.tidy(() => tf.transpose(tf.tensor4d(images, [count, c, h, w]), [0, 2, 3, 1]));
}

/** Its labels as rows with a one. Made here: the wasm backend's own one-hot of floats holds the bits of integers. */
export function oneHotOf({ tf }: TensorFlow, { labels, count }: Batch, classes: number): Tensor2D {
  const rows = new Float32Array(count * classes);
  labels.forEach((label, n) => (rows[n * classes + label] = 1));
  return tf.tensor2d(rows, [count, classes]);
}
