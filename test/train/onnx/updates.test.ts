import { describe, expect, test } from 'vitest';
import { onnx } from '../../../src/train/engines/onnx.ts';
import type { OptimizerSettings } from '../../../src/optimizers/registry.ts';
import { Random } from '../../../src/train/random.ts';
import { initialWeights } from '../../../src/train/weights.ts';
import { resolveCase } from './cases.ts';

const [COUNT, FEATURES, CLASSES, STEPS] = [6, 5, 3, 5];

const network = resolveCase({
  name: 'softmax regression',
  input: [COUNT, 1, 1, FEATURES],
  steps: [
    ['flatten', {}],
    ['linear', { out_features: CLASSES }],
  ],
});

const optimizers: readonly OptimizerSettings[] = [0, 0.1].flatMap((weightDecay) => [
  { name: 'sgd', lr: 0.3, momentum: 0, weightDecay },
  { name: 'momentum', lr: 0.1, momentum: 0.7, weightDecay },
  { name: 'adam', lr: 0.05, momentum: 0, weightDecay },
  { name: 'adamw', lr: 0.05, momentum: 0, weightDecay },
]);

/** A batch of each step. */
const batches = Array.from({ length: STEPS }, (_, step) => ({
  count: COUNT,
  images: new Random(step, 'images').uniform(COUNT * FEATURES, 1),
  labels: Uint8Array.from({ length: COUNT }, (_, n) => (n + step) % CLASSES),
}));

/** Loss and gradients of softmax regression in double precision; weights first, then the bias. */
function regression(values: readonly number[], { images, labels }: (typeof batches)[number]) {
  const gradient = values.map(() => 0);
  let loss = 0;
  labels.forEach((label, n) => {
    const x = [...images.subarray(n * FEATURES, (n + 1) * FEATURES)];
    const score = (k: number) =>
      x.reduce((sum, value, i) => sum + value * values[k * FEATURES + i]!, values[CLASSES * FEATURES + k]!);
    const powers = Array.from({ length: CLASSES }, (_, k) => Math.exp(score(k)));
    const total = powers.reduce((a, b) => a + b);
    loss -= Math.log(powers[label]! / total);
    powers.forEach((power, k) => {
      const error = (power / total - (k === label ? 1 : 0)) / COUNT;
      x.forEach((value, i) => (gradient[k * FEATURES + i]! += error * value));
      gradient[CLASSES * FEATURES + k]! += error;
    });
  });
  return { loss, gradient };
}

/** The losses of the steps as the formulas of torch.optim's documentation give them. */
function byHand({ name, lr, momentum, weightDecay }: OptimizerSettings, start: readonly number[]): number[] {
  let values = [...start];
  let [first, second] = [values.map(() => 0), values.map(() => 0)];
  return batches.map((batch, step) => {
    const { loss, gradient } = regression(values, batch);
    const decays = name !== 'adamw';
    const g = gradient.map((value, i) => value + (decays ? weightDecay * values[i]! : 0));
    if (name === 'sgd') values = values.map((value, i) => value - lr * g[i]!);
    else if (name === 'momentum') {
      first = first.map((value, i) => momentum * value + g[i]!);
      values = values.map((value, i) => value - lr * first[i]!);
    } else {
      first = first.map((value, i) => 0.9 * value + 0.1 * g[i]!);
      second = second.map((value, i) => 0.999 * value + 0.001 * g[i]! ** 2);
      const [a, b] = [1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)];
      const kept = decays ? 1 : 1 - lr * weightDecay;
      values = values.map(
        (value, i) => kept * value - (lr * (first[i]! / a)) / (Math.sqrt(second[i]! / b) + 1e-8),
      );
    }
    return loss;
  });
}

describe('the optimizers', () => {
  test.each(optimizers.map((one) => [`${one.name}, weight decay ${one.weightDecay}`, one] as const))(
    '%s: follows its formula, whole and in parts',
    async (_, optimizer) => {
      const weights = initialWeights(network, 1);
      const start = [...weights.values()].flatMap((values) => [...values]);
      const wanted = byHand(optimizer, start);
      for (const microBatch of [COUNT, 2, 1]) {
        const options = { weights: () => weights, optimizer, seed: 0, batch: COUNT, microBatch };
        const trainer = await onnx.build(network, options);
        for (const [step, batch] of batches.entries()) {
          const { loss } = await trainer.step(batch, step);
          expect(loss, `step ${step}, parts of ${microBatch}`).toBeCloseTo(wanted[step]!, 4);
        }
        trainer.dispose();
      }
    },
  );
});
