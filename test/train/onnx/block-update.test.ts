import { describe, expect, test } from 'vitest';
import { elements } from '../../../src/core/arithmetic.ts';
import { onnx } from '../../../src/train/engines/onnx.ts';
import { BLOCK } from '../../../src/train/onnx/blocks.ts';
import { Feeder } from '../../../src/train/onnx/feeds.ts';
import { StepNoise } from '../../../src/train/onnx/noise.ts';
import { writePart } from '../../../src/train/onnx/part.ts';
import { loadRuntime, openSession } from '../../../src/train/onnx/runtime.ts';
import { TrainingState } from '../../../src/train/onnx/state.ts';
import { writeStep } from '../../../src/train/onnx/step.ts';
import { cpu } from '../../../src/train/onnx/targets/cpu.ts';
import { optimizerNames, type OptimizerSettings } from '../../../src/optimizers/registry.ts';
import { Random } from '../../../src/train/random.ts';
import { initialWeights, weightSpecs } from '../../../src/train/weights.ts';
import { resolveCase } from './cases.ts';

const COUNT = 4;

/** The second convolution has a gradient of more than a block, the first linear layer factors of one. */
const network = resolveCase({
  name: 'large weights',
  input: [COUNT, 1, 6, 6],
  steps: [
    ['conv2d', { out_channels: 384, kernel_size: 3 }],
    ['batchnorm2d', {}],
    ['conv2d', { out_channels: 384, kernel_size: 3 }],
    ['relu', {}],
    ['flatten', {}],
    ['linear', { out_features: 1000 }],
    ['relu', {}],
    ['linear', { out_features: 10 }],
  ],
});

const batches = [1, 2, 3].map((seed) => ({
  count: COUNT,
  images: new Random(seed, 'images').uniform(COUNT * 36, 1),
  labels: Uint8Array.from({ length: COUNT }, (_, i) => i + seed),
}));

/** The state after steps whose graph updates all weights at once. */
async function atOnce(optimizer: OptimizerSettings) {
  const loaded = loadRuntime(cpu);
  const state = new TrainingState(network, optimizer);
  state.restore(initialWeights(network, 1));
  const graph = writeStep(network, { optimizer });
  const session = await openSession(loaded, graph.model);
  const feeder = new Feeder(loaded, [1, 6, 6]);
  for (const [number, batch] of batches.entries()) {
    const inputs = { number, optimizer, noise: new StepNoise(1, number), examples: COUNT };
    const { feeds, into } = feeder.step(graph, batch, state, inputs);
    await session.run(feeds, into);
  }
  await session.release();
  return state.copy();
}

describe('an update in blocks', () => {
  test('has weights of several blocks here, the last of which is left as factors', () => {
    const large = weightSpecs(network).filter(({ spec }) => elements(spec.shape) > BLOCK);
    const { learned } = writePart(network, { examples: COUNT, target: cpu });
    const factors = learned.filter(({ rowsEach }) => rowsEach !== undefined).map(({ name }) => name);
    expect(large.map(({ name }) => name)).toEqual(['layer3.weight', 'layer6.weight']);
    expect(factors).toContain('layer6.weight');
    expect(factors).not.toContain('layer3.weight');
  });

  test.each(optimizerNames)('%s: gives what an update of all at once gives', async (name) => {
    const optimizer = { name, lr: 0.01, momentum: 0.9, weightDecay: 0.1 };
    const trainer = await onnx.build(network, {
      weights: () => initialWeights(network, 1),
      optimizer,
      seed: 1,
      batch: COUNT,
    });
    for (const [number, batch] of batches.entries()) await trainer.step(batch, number);
    const [actual, expected] = [await trainer.state(), await atOnce(optimizer)];
    trainer.dispose();
    expect([...actual.keys()]).toEqual([...expected.keys()]);
    for (const [key, values] of expected) {
      const length = Math.hypot(...chunk(values));
      const other = actual.get(key)!;
      const off = Math.hypot(...chunk(values.map((value, i) => value - other[i]!)));
      expect(off / length, key).toBeLessThan(1e-5);
    }
  });
});

/** Lengths of stretches: a call takes no million arguments. */
const chunk = (values: ArrayLike<number>): number[] => {
  const all = Float64Array.from(values);
  return Array.from({ length: Math.ceil(all.length / 1000) }, (_, i) =>
    Math.hypot(...all.subarray(i * 1000, (i + 1) * 1000)),
  );
};
