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
