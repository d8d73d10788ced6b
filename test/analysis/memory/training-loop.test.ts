import { describe, expect, test } from 'vitest';
import { analyzeMemory, type MemoryOptions } from '../../../src/analysis/memory/analyze-memory.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { json } from '../../cli/fake-io.ts';

function trained(name: string, options: MemoryOptions, batch = 8) {
  const graph = buildArchitecture(architecture(name));
  return analyzeMemory(resolve(graph, [batch, ...graph.inputs[0].shape]), 'float32', options).memory
    .training!;
}

describe.each(['vgg11', 'torchvision/resnet18', 'torchvision/mobilenet_v2'])('%s', (name) => {
  test('with an average of its weights takes one more copy of them and of the buffers', () => {
    const [plain, averaged] = [{}, { ema: true }].map((options) => trained(name, options));
    expect(averaged!.average).toBe(plain!.parameters + plain!.buffers);
    expect(averaged!.peakBytes - plain!.peakBytes).toBe(averaged!.average);
    expect(plain!.average).toBe(0);
  });

  test('that keeps its gradients has them in the next forward pass, and not in the first', () => {
    const [plain, kept] = [{}, { keepGradients: true }].map((options) => trained(name, options));
    expect(kept!.endOfForwardBytes - plain!.endOfForwardBytes).toBe(plain!.parameters);
    expect(kept!.firstStepPeakBytes).toBe(plain!.firstStepPeakBytes);
    expect(kept!.peakBytes).toBeGreaterThanOrEqual(plain!.peakBytes);
  });
});

/** Of a single image: weights, gradients, states and temporaries; one by one a temporary of the largest weight. */
test.each<[MemoryOptions, number]>([
  [{ optimizer: 'nesterov' }, 3],
  [{ optimizer: 'nesterov', foreach: false }, 3 + (9216 * 4096) / 61_100_840],
  [{ optimizer: 'rmsprop' }, 4],
  [{ optimizer: 'adagrad' }, 5],
  [{ optimizer: 'rmsprop', weightDecay: true }, 5],
  [{ optimizer: 'adagrad', weightDecay: true }, 5],
])('the steady peak of %o is %d times the weights', (options, times) => {
  const { peakBytes, parameters } = trained('torchvision/alexnet', options, 1);
  expect(peakBytes / parameters).toBeGreaterThan(times);
  expect(peakBytes / parameters).toBeLessThan(times + 0.05);
});

test('Adagrad has its sums before the first step, of frozen weights as well', () => {
  const { peakBytes, firstStepPeakBytes, optimizerState, parameters } = trained('vgg11', {
    optimizer: 'adagrad',
  });
  expect([firstStepPeakBytes, optimizerState]).toEqual([peakBytes, parameters]);
});

test('the options are read, and said', async () => {
  const { memory } = await json(['lenet', '--ema', '--keep-gradients']);
  expect(memory.training).toMatchObject({ ema: true, keepGradients: true });
  const plain = await json(['lenet']);
  expect(plain.memory.training).not.toHaveProperty('ema');
});
