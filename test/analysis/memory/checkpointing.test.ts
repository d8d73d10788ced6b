import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyzeMemory, type MemoryOptions } from '../../../src/analysis/memory/analyze-memory.ts';
import { stretches } from '../../../src/analysis/memory/checkpointing.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { resolve } from '../../../src/graph/resolve.ts';

interface Recorded {
  readonly network: string;
  readonly batch: number;
  readonly peakBytes: number;
  readonly endOfForwardBytes: number;
}

/** Traced with PyTorch's MemTracker; the conformance run traces them again. */
const recorded = JSON.parse(readFileSync('fixtures/memory/checkpointing.json', 'utf8')) as Recorded[];

const graphOf = (name: string) => buildArchitecture(architecture(name));

function training(name: string, batch: number, options: MemoryOptions) {
  const graph = graphOf(name);
  return analyzeMemory(resolve(graph, [batch, ...graph.inputs[0].shape]), 'float32', options).memory
    .training!;
}

describe('checkpointing by block', () => {
  test.each(recorded)("$network at batch $batch is PyTorch's to the byte", ({ network, batch, ...bytes }) => {
    expect(training(network, batch, { checkpointing: 'block' })).toMatchObject(bytes);
  });

  test('takes the outermost modules, or their children where they hold nothing else', () => {
    const { nodes } = graphOf('torchvision/resnet18');
    const blocks = stretches(nodes, 'block').map(({ first, last }) => [
      nodes[first]!.path,
      nodes[last]!.path,
    ]);
    expect(blocks).toHaveLength(8);
    expect(blocks[0]).toEqual(['layer1.0.conv1', expect.stringMatching(/^layer1\.0\./)]);
  });
});

describe('blocks are what a reader would name', () => {
  const namesOf = (name: string) => {
    const { nodes } = graphOf(name);
    return stretches(nodes, 'block').map(({ first, last }) => [nodes[first]!.path, nodes[last]!.path]);
  };

  test('the dense layers and transitions of a DenseNet', () => {
    const blocks = namesOf('torchvision/densenet121');
    expect(blocks).toHaveLength(6 + 12 + 24 + 16 + 3);
    expect(blocks[1]).toEqual([
      'features.denseblock1.denselayer2.concat',
      'features.denseblock1.denselayer2.conv2',
    ]);
  });

  test.each([
    ['torchvision/vit_b_16', 12 + 1, 'encoder.layers.encoder_layer_0.ln_1'],
    ['torchvision/squeezenet1_0', 8 + 1, 'features.3.squeeze'],
    ['torchvision/mobilenet_v2', 20, 'features.0.0'],
    ['torchvision/swin_t', 16, 'features.0.0'],
    ['torchvision/deeplabv3_resnet50', 22, 'backbone.layer1.0.conv1'],
    ['torchvision/googlenet', 12, 'conv1.conv'],
  ])('%s has %i', (name, count, first) => {
    const blocks = namesOf(name);
    expect(blocks).toHaveLength(count);
    expect(blocks[0]![0]).toBe(first);
  });
});

describe('checkpointing of named layers', () => {
  // torchvision's memory_efficient=True checkpoints these four of each dense layer.
  const memoryEfficient = ['concat', 'norm1', 'relu1', 'conv1'].map((layer) => `**.denselayer*.${layer}`);

  test("DenseNet's memory_efficient is PyTorch's to the byte", () => {
    const at = (options: MemoryOptions) => training('torchvision/densenet121', 32, options).peakBytes;
    expect(at({})).toBe(4_221_221_888);
    expect(at({ checkpointing: memoryEfficient })).toBe(2_070_346_752);
  });

  test('a pattern that fits nothing is an error', () => {
    expect(() => training('vgg11', 1, { checkpointing: ['layer1'] })).toThrow(
      "--checkpointing 'layer1' fits no layer",
    );
  });
});

describe('checkpointing in stretches', () => {
  test('cuts the layers into as many as asked, without gap or overlap', () => {
    const { nodes } = graphOf('vgg11');
    for (const count of [1, 2, 7, nodes.length, nodes.length + 5]) {
      const cut = stretches(nodes, count);
      expect(cut).toHaveLength(Math.min(count, nodes.length));
      cut.forEach(({ first, last }, i) => {
        expect(first).toBe(i === 0 ? 0 : cut[i - 1]!.last + 1);
        expect(last).toBeGreaterThanOrEqual(first);
      });
      expect(cut.at(-1)!.last).toBe(nodes.length - 1);
    }
  });

  test('keeps less than a plain step at the end of the forward pass, and the same gradients', () => {
    const plain = training('vgg16', 32, {});
    for (const checkpointing of [2, 4, 8, 16]) {
      const cut = training('vgg16', 32, { checkpointing });
      expect(cut.endOfForwardBytes).toBeLessThan(plain.endOfForwardBytes);
      expect(cut.peakBytes).toBeLessThan(plain.peakBytes);
    }
  });

  test('works through branches that cross the cuts', () => {
    for (const name of ['torchvision/densenet121', 'googlenet', 'torchvision/efficientnet_b0']) {
      const plain = training(name, 4, {});
      for (const checkpointing of [3, 10] as const) {
        expect(training(name, 4, { checkpointing }).endOfForwardBytes).toBeLessThan(plain.endOfForwardBytes);
      }
    }
  });
});
