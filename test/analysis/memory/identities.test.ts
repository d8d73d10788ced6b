import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import type { MemoryOptions } from '../../../src/analysis/memory/analyze-memory.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { everyNetwork } from '../../networks.ts';

const analysisOf = (name: string, batch: number, memory: MemoryOptions = {}) => {
  const graph = buildArchitecture(architecture(name));
  return analyze(graph, { input: [batch, ...graph.inputs[0].shape], memory });
};
const memoryOf = (...args: Parameters<typeof analysisOf>) => analysisOf(...args).memory;

/** With these batches every tensor of the batch fills whole blocks of 512 bytes, so that nothing is rounded. */
const BATCHES = [256, 384, 512] as const;

describe.each(['alexnet', 'vgg11', 'vgg16-1x1', 'torchvision/resnet18', 'torchvision/squeezenet1_1'])(
  'memory of %s',
  (name) => {
    const [one, two, three] = BATCHES.map((batch) => memoryOf(name, batch, { optimizer: 'adam' }));

    test.each([
      ['training', 'peakBytes'],
      ['training', 'firstStepPeakBytes'],
      ['training', 'endOfForwardBytes'],
      ['inference', 'peakBytes'],
    ] as const)('grows by the same with every image: %s.%s', (mode, field) => {
      const [a, b, c] = [one, two, three].map(
        (memory) => (memory![mode] as unknown as Record<string, number>)[field]!,
      );
      expect(b! - a!).toBeGreaterThan(0);
      expect(c! - b!).toBe(b! - a!);
    });
  },
);

test('at small batches is bound by the optimizer, which knows no batch', () => {
  const [one, two] = [1, 2].map((batch) => memoryOf('vgg11', batch, { optimizer: 'adam' }).training);
  expect(one!.peakAt.phase).toBe('optimizer');
  // The batch, labels, scores and the loss; nothing else of the batch lives through the step.
  expect(two!.peakBytes - one!.peakBytes).toBe(224 * 224 * 4);
});

function trained(...network: Parameters<typeof memoryOf>) {
  const { training, inference } = memoryOf(...network);
  return { training: training!, inference };
}

describe.each(everyNetwork)('%s', (name) => {
  const training = (memory: MemoryOptions) => memoryOf(name, 2, memory).training!.peakBytes;
  const [sgd, momentum, adam, adamw] = (['sgd', 'momentum', 'adam', 'adamw'] as const).map((optimizer) =>
    training({ optimizer }),
  );

  test('needs no more with sgd than with momentum, nor with momentum than with adam', () => {
    expect(sgd).toBeLessThanOrEqual(momentum!);
    expect(momentum).toBeLessThanOrEqual(adam!);
    expect(adamw).toBe(adam);
  });

  test('needs no more at inference than in training, and no less with weight decay', () => {
    const { training: plain, inference } = trained(name, 2);
    expect(inference.peakBytes).toBeLessThanOrEqual(plain.peakBytes);
    expect(training({ weightDecay: true })).toBeGreaterThanOrEqual(plain.peakBytes);
  });

  test('says what the peak is made of', () => {
    const { training: all, inference } = trained(name, 2, { optimizer: 'momentum' });
    for (const { peakBytes, ...parts } of [all, inference]) {
      const { parameters, gradients, optimizerState, activations, temporaries, inputs, buffers } = parts;
      expect(parameters + gradients + optimizerState + activations + temporaries + inputs + buffers).toBe(
        peakBytes,
      );
    }
  });
});

describe('by hand', () => {
  /** Bytes for the activations of one image, 4 an element. */
  const floats = (...elements: number[]) => 4 * elements.reduce((total, count) => total + count, 0);

  test('VGG-16 keeps 69.941 MiB an image', () => {
    const convolutions = floats(
      2 * 64 * 224 ** 2,
      2 * 128 * 112 ** 2,
      3 * 256 * 56 ** 2,
      3 * 512 * 28 ** 2,
      3 * 512 * 14 ** 2,
    );
    const pooled = floats(64 * 112 ** 2, 128 * 56 ** 2, 256 * 28 ** 2, 512 * 14 ** 2, 512 * 7 ** 2);
    const masks = 2 * 4096;
    // ReLU in place, dropout not; the loop's variable holds the scores, and log-softmax its result.
    const head = floats(4 * 4096, 1000, 1000) + masks;
    const [image, average, label] = [floats(3 * 224 ** 2), floats(512 * 7 ** 2), 8];
    const kept = image + convolutions + pooled + 2 * pooled + average + head;
    expect(kept / 2 ** 20).toBeCloseTo(69.941, 3);
    const [one, two] = BATCHES.map(
      (batch) => memoryOf('torchvision/vgg16', batch).training!.endOfForwardBytes,
    );
    expect((two! - one!) / 128).toBe(kept + label);
  });

  test('VGG-11 has 2.75 times the parameters of AlexNet and keeps 12.8 times its activations', () => {
    const kept = (name: string) =>
      analysisOf(name, 128).layers.reduce((total, { savedBytes }) => total + savedBytes, 0) / 128;
    const dense = 2 * (floats(4096, 4096) + 4096);
    const poolOf = (channels: number, pixels: number) => floats(3 * channels * pixels ** 2);
    const alexnet =
      floats(96 * 54 ** 2, 256 * 26 ** 2, 384 * 12 ** 2, 384 * 12 ** 2, 256 * 12 ** 2) +
      poolOf(96, 26) +
      poolOf(256, 12) +
      poolOf(256, 5) +
      dense;
    const vgg11 =
      floats(64 * 224 ** 2, 128 * 112 ** 2, 2 * 256 * 56 ** 2, 2 * 512 * 28 ** 2, 2 * 512 * 14 ** 2) +
      poolOf(64, 112) +
      poolOf(128, 56) +
      poolOf(256, 28) +
      poolOf(512, 14) +
      poolOf(512, 7) +
      dense;
    expect([kept('alexnet'), kept('vgg11')]).toEqual([alexnet, vgg11]);
    expect(vgg11 / alexnet).toBeCloseTo(12.758, 3);
    const params = (name: string) => analysisOf(name, 1).totals.params;
    expect([params('vgg11'), params('alexnet')]).toEqual([128_806_154, 46_764_746]);
    expect(params('vgg11') / params('alexnet')).toBeCloseTo(2.754, 3);
  });
});
