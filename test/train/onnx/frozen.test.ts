import { expect, test } from 'vitest';
import { load } from '../../../src/arch/load.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { sourceOf } from '../../../src/library/source.ts';
import type { OptimizerSettings } from '../../../src/optimizers/registry.ts';
import { onnx } from '../../../src/train/engines/onnx.ts';
import { Random } from '../../../src/train/random.ts';
import { initialWeights } from '../../../src/train/weights.ts';

const optimizer: OptimizerSettings = { name: 'momentum', lr: 0.1, momentum: 0.9, weightDecay: 0 };
const random = new Random(1, 'test');
const batch = {
  count: 8,
  images: Float32Array.from({ length: 8 * 3 * 32 * 32 }, () => random.float()),
  labels: Uint8Array.from({ length: 8 }, (_, i) => i % 10),
};

const network = resolve(
  load(sourceOf('torchvision/resnet18'), {
    classes: 10,
    ratio: 8,
    freeze: ['conv1', 'bn1', 'layer1', 'layer4.1.conv2'],
    evalNorm: true,
  }),
  [8, 3, 32, 32],
);

test.each([8, 4])('what is frozen keeps its values, in parts of %i', async (microBatch) => {
  const weights = initialWeights(network, 3);
  const trainer = await onnx.build(network, {
    weights: () => weights,
    optimizer,
    seed: 3,
    batch: 8,
    microBatch,
  });
  await trainer.step(batch, 0);
  const state = await trainer.state();
  trainer.dispose();
  const changed = (name: string) => state.get(name)!.some((value, i) => value !== weights.get(name)![i]);
  for (const name of weights.keys()) {
    const frozen = /^(conv1|bn1|layer1|layer4\.1\.conv2)\./.test(name);
    expect(changed(name), name).toBe(!frozen && !name.includes('running'));
    // Only what is learned has a state.
    expect(state.has(`momentum_buffer/${name}`), name).toBe(!frozen && !name.includes('running'));
  }
});
