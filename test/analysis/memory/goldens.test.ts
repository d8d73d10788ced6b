import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyzeMemory } from '../../../src/analysis/memory/analyze-memory.ts';
import type { OptimizerName } from '../../../src/optimizers/registry.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { thin } from '../../../src/graph/thin.ts';

interface Golden {
  readonly model: string;
  readonly batch: number;
  readonly mode: 'training' | 'inference';
  readonly optimizer?: string;
  readonly peakBytes: number;
  readonly firstStepPeakBytes?: number;
  readonly endOfForwardBytes?: number;
}

/** Steps traced by PyTorch's MemTracker (docs/memory.md), `vgg11 --ratio 4`, `vgg11 @96` and the like. */
const goldens = JSON.parse(readFileSync('fixtures/memory/torch-memory.json', 'utf8')) as Golden[];
const BOUND = 0.005;

function memoryOf({ model, batch, optimizer = 'sgd' }: Golden) {
  const [, name, ratio = '1', pixels] = /^(\S+?)(?: --ratio (\d+))?(?: @(\d+))?$/.exec(model)!;
  const graph = thin(buildArchitecture(architecture(name!)), Number(ratio));
  const [channels = 1, height = 1, width = 1] = graph.inputs[0].shape;
  const [rule, decay] = optimizer.split('+');
  const input = [batch, channels, Number(pixels ?? height), Number(pixels ?? width)];
  const options = { optimizer: rule as OptimizerName, weightDecay: decay === 'wd' };
  return analyzeMemory(resolve(graph, input), 'float32', options).memory;
}

describe('memory against the steps that PyTorch traced', () => {
  const errors: { readonly what: string; readonly error: number }[] = [];

  test.each(goldens)('$model, batch $batch, $mode $optimizer', (golden) => {
    const ours = memoryOf(golden)[golden.mode] as unknown as Record<string, number>;
    for (const field of ['peakBytes', 'firstStepPeakBytes', 'endOfForwardBytes'] as const) {
      const theirs = golden[field];
      if (theirs === undefined) continue;
      const error = ours[field]! / theirs - 1;
      errors.push({ what: `${golden.model} ${golden.batch} ${golden.mode} ${field}`, error });
      expect(Math.abs(error), field).toBeLessThanOrEqual(BOUND);
    }
  });

  test('has a place for all sixty and prints the worst errors', () => {
    expect(goldens).toHaveLength(60);
    errors.sort((a, b) => Math.abs(b.error) - Math.abs(a.error));
    for (const { what, error } of errors.slice(0, 5)) console.log(`${(100 * error).toFixed(4)} %  ${what}`);
    expect(errors.length).toBeGreaterThan(goldens.length);
  });
});
