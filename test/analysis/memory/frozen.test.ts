import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import type { Analysis } from '../../../src/analysis/analysis.ts';
import { devices } from '../../../src/analysis/devices/catalog.ts';
import type { MemoryOptions } from '../../../src/analysis/memory/analyze-memory.ts';
import { load, type LoadOptions } from '../../../src/arch/load.ts';
import { sourceOf } from '../../../src/library/source.ts';

function analysisOf(name: string, batch: number, options: LoadOptions, memory: MemoryOptions = {}): Analysis {
  const graph = load(sourceOf(name), options);
  return analyze(graph, { input: [batch, ...graph.inputs[0].shape], memory });
}

const peakOf = ({ memory }: Analysis) => memory.training?.peakBytes;

// Measured with torchvision's own networks, PyTorch 2.13 on the meta device.
describe('frozen layers', () => {
  test('VGG-16 whose features do not learn', () => {
    const options = { freeze: ['features'] };
    const analysis = analysisOf('torchvision/vgg16', 8, options, { optimizer: 'momentum' });
    expect(peakOf(analysis)).toBe(1_548_358_656);
    const { params, trainableParams, backwardMacs } = analysis.totals;
    const head = [25_088 * 4096, 4096 * 4096, 4096 * 1000] as const;
    expect(params - trainableParams).toBe(14_714_688);
    // The first linear layer's input needs no gradient.
    expect(backwardMacs).toBe(8 * (head[0] + 2 * head[1] + 2 * head[2]));
  });

  test('ResNet-50 of which only the last layer learns', () => {
    const options = { freeze: ['conv1', 'bn1', 'layer*'] };
    const analysis = analysisOf('torchvision/resnet50', 32, options, { optimizer: 'momentum' });
    expect(peakOf(analysis)).toBe(464_041_472);
    expect(analysis.totals.trainableParams).toBe(2_049_000);
  });

  test('a step has nothing to do where no layer learns', () => {
    const { memory, totals } = analysisOf('lenet', 1, { freeze: ['**'] });
    expect(memory.training).toBeUndefined();
    expect(memory.trainingRefused?.code).toBe('nothing-to-learn');
    expect(totals).toMatchObject({ trainableParams: 0, backwardMacs: 0 });
  });

  test('take less time', () => {
    const seconds = [[], ['conv1', 'bn1', 'layer*']].map((freeze) => {
      const graph = load(sourceOf('torchvision/resnet50'), { freeze });
      const { time } = analyze(graph, { input: [32, 3, 224, 224], devices: devices.slice(0, 1) });
      return time?.[0]?.training?.seconds ?? NaN;
    });
    expect(seconds[1]).toBeLessThan(seconds[0]! / 2);
  });
});

describe('normalizations kept in eval()', () => {
  test('keep no statistics of the batch', () => {
    const [training, kept] = [false, true].map((evalNorm) =>
      analysisOf('torchvision/resnet18', 2, { evalNorm }),
    );
    const saved = (analysis: Analysis) => analysis.layers.find(({ path }) => path === 'bn1')!.savedBytes;
    // Mean and deviation of 64 channels, a block of 512 bytes each.
    expect(saved(training!) - saved(kept!)).toBe(2 * 512);
    expect(kept!.totals).toEqual(training!.totals);
  });

  test('normalize a single value, as at inference', () => {
    const input = [1, 3, 32, 32] as const;
    const refused = load(sourceOf('torchvision/resnet18'));
    const allowed = load(sourceOf('torchvision/resnet18'), { evalNorm: true });
    expect(analyze(refused, { input }).memory.trainingRefused?.code).toBe('one-value-to-normalize');
    expect(analyze(allowed, { input }).memory.training).toBeDefined();
  });
});

test('the first module of a network can be frozen by its name', () => {
  for (const name of ['vgg11', 'torchvision/convnext_tiny', 'torchvision/vit_b_16']) {
    const { nodes } = load(sourceOf(name));
    const top = [...new Set(nodes.map(({ path }) => path.split('.')[0]!))];
    const { totals } = analyze(load(sourceOf(name), { freeze: top.slice(0, 1) }));
    expect(totals.trainableParams).toBeLessThan(totals.params);
  }
});
