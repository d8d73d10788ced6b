import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import type { MemoryOptions } from '../../../src/analysis/memory/analyze-memory.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { runFake } from '../../cli/fake-io.ts';

const graph = buildArchitecture(architecture('torchvision/vgg16'));
const params = 138_357_544;
/** The first fully connected layer: 25088 × 4096 weights and 4096 biases. */
const largestLayer = 102_764_544;

const parallel = (strategy: 'ddp' | 'zero1' | 'zero2' | 'zero3', devices: number, more: MemoryOptions = {}) =>
  analyze(graph, {
    input: [8, 3, 224, 224],
    dtype: strategy === 'ddp' ? 'float32' : 'amp',
    memory: { optimizer: 'adam', parallel: { strategy, devices }, ...more },
  }).memory.training!;

describe('model states on N devices', () => {
  test.each([
    ['zero1', 4, 4 * params + (12 * params) / 4],
    ['zero2', 4, 4 * params + (16 * params) / 4],
    ['zero3', 4, 4 * largestLayer + (18 * params) / 4],
    ['zero2', 1, 20 * params],
  ] as const)('%s on %i', (strategy, devices, bytes) => {
    const { parallel: result } = parallel(strategy, devices);
    expect(result!.modelStateBytes).toBe(bytes);
    expect(result!.peakBytes).toBe(bytes + result!.workingBytes);
    expect(result!.workingBytes).toBeGreaterThan(0);
  });

  test('of DDP are those of one device and a bucket for each gradient', () => {
    const { parallel: result, peakBytes, parameters } = parallel('ddp', 8);
    expect(result!.peakBytes).toBe(peakBytes + parameters);
  });

  test('shrink with the number of devices, the working set does not', () => {
    const [two, eight] = [2, 8].map((devices) => parallel('zero3', devices).parallel!);
    expect(eight!.modelStateBytes).toBeLessThan(two!.modelStateBytes);
    expect(eight!.workingBytes).toBe(two!.workingBytes);
  });
});

test.each([
  [['--parallel', 'zero2', '--devices', '4'], 'mixed-precision Adam'],
  [['--parallel', 'zero2', '--devices', '4', '--optimizer', 'adam'], 'mixed-precision Adam'],
  [['--parallel', 'ddp'], '--devices <n>'],
  [['--devices', '4'], '--parallel <how>'],
  [['--parallel', 'zero4', '--devices', '4'], 'zero'],
  [['--accumulate', '0'], '--accumulate'],
  [['--checkpointing', 'blocks'], '--checkpointing'],
  [['--weight-decay', '-1'], '--weight-decay'],
])('%j is one line on stderr', async (args, text) => {
  const { code, stdout, stderr } = await runFake(['vgg11', ...args]);
  expect(stderr).toContain(text);
  expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
});
