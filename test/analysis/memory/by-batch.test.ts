import { expect, test } from 'vitest';
import {
  analyzeInference,
  analyzeTraining,
  type MemoryOptions,
} from '../../../src/analysis/memory/analyze-memory.ts';
import { levelsByBatch } from '../../../src/analysis/memory/by-batch.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import type { Dtype } from '../../../src/core/dtype.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { everyNetwork } from '../../networks.ts';

const WAYS: [Dtype, MemoryOptions][] = [
  ['float32', {}],
  ['amp', { optimizer: 'adam', cudnnBenchmark: true }],
  ['bfloat16', { optimizer: 'momentum', weightDecay: true, accumulate: 2, allocator: 'expandable' }],
  ['float32', { checkpointing: 'block', foreach: false, cudnnBenchmark: true, allocator: 'expandable' }],
];

test.each(everyNetwork.map((name, i) => [name, WAYS[i % WAYS.length]!] as const))(
  '%s: replayed at other batch sizes it needs what it needs when it is simulated',
  (name, [dtype, options]) => {
    const graph = buildArchitecture(architecture(name));
    const at = (batch: number) => resolve(graph, [batch, ...graph.inputs[0].shape]);
    const { training, inference } = levelsByBatch(at, dtype, options);
    for (const batch of [2, 5, 32]) {
      expect(training(batch)).toEqual(levelsOf(analyzeTraining(at(batch), dtype, options).training));
      expect(inference(batch)).toEqual(levelsOf(analyzeInference(at(batch), dtype, options)));
    }
  },
);

const levelsOf = ({
  reservedBytes,
  deviceBytes,
}: ReturnType<typeof analyzeInference> | ReturnType<typeof analyzeTraining>['training']) => ({
  reservedBytes,
  deviceBytes,
});
