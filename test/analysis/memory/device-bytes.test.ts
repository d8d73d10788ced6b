import { describe, expect, test } from 'vitest';
import { analyzeMemory, type MemoryOptions } from '../../../src/analysis/memory/analyze-memory.ts';
import type { Level } from '../../../src/analysis/memory/device-bytes.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { resolve } from '../../../src/graph/resolve.ts';
import { runFake, json } from '../../cli/fake-io.ts';

const MiB = 2 ** 20;

function memoryOf(name: string, options: MemoryOptions = {}, batch = 16) {
  const graph = buildArchitecture(architecture(name));
  return analyzeMemory(resolve(graph, [batch, ...graph.inputs[0].shape]), 'float32', options).memory;
}

const NETWORKS = ['vgg11', 'torchvision/resnet18', 'torchvision/mobilenet_v2', 'torchvision/vit_b_16'];
const WAYS: MemoryOptions[] = [
  {},
  { cudnnBenchmark: true },
  { allocator: 'expandable' },
  { optimizer: 'adam', context: 2 ** 31, cudnnBenchmark: true, allocator: 'expandable' },
];

describe.each(NETWORKS)('what a device needs for %s', (name) => {
  test.each(WAYS)('lies in order above the tensors with %o', (options) => {
    const { training, inference } = memoryOf(name, options);
    for (const { peakBytes, reservedBytes, deviceBytes } of [training!, inference]) {
      for (const { low, likely, high } of [reservedBytes, deviceBytes] as Level[]) {
        expect([low, likely, high].every(Number.isSafeInteger)).toBe(true);
        expect(peakBytes).toBeLessThanOrEqual(low);
        expect(low).toBeLessThanOrEqual(likely);
        expect(likely).toBeLessThan(high);
      }
      for (const end of ['low', 'likely', 'high'] as const)
        expect(deviceBytes[end]).toBeGreaterThan(reservedBytes[end]);
      const lines = [deviceBytes.allocator, deviceBytes.workspace, deviceBytes.context];
      const ends = [0, 1].map((end) => lines.reduce((sum, line) => sum + line[end]!, peakBytes));
      expect(ends).toEqual([deviceBytes.low, deviceBytes.high]);
    }
  });
});

describe('the workspaces', () => {
  const convolution = (layer: string) => `input: [64, 56, 56]\nlayers: [${layer}]`;
  const scratch = async (layer: string) => {
    const { memory } = await json(['-', '--batch', '8'], { stdin: convolution(layer) });
    return memory.inference.deviceBytes.workspace[1] - 32 * MiB;
  };

  test('are the transformed input and output of a convolution, and none where no algorithm needs one', async () => {
    const elements = 8 * 56 * 56 * (64 + 32);
    expect(await scratch('{conv2d: {out_channels: 32, kernel_size: 3, padding: 1}}')).toBe(
      1.5 * 4 * elements,
    );
    expect(await scratch('{conv2d: {out_channels: 32, kernel_size: 1}}')).toBe(0);
    expect(await scratch('{conv2d: {out_channels: 64, kernel_size: 3, groups: 64}}')).toBe(0);
  });

  test('grow where cudnn.benchmark tries every algorithm', () => {
    const [off, on] = [false, true].map((cudnnBenchmark) => memoryOf('vgg11', { cudnnBenchmark }).inference);
    expect(on!.deviceBytes.workspace[1]).toBeGreaterThan(off!.deviceBytes.workspace[1]);
    expect(on!.deviceBytes.likely).toBeGreaterThan(off!.deviceBytes.likely);
    expect(on!.peakBytes).toBe(off!.peakBytes);
  });
});

describe('the options', () => {
  test('a context that is known is no range', async () => {
    const { memory } = await json(['lenet', '--context', '1.5GiB']);
    expect(memory.training.deviceBytes.context).toEqual([1.5 * 2 ** 30, 1.5 * 2 ** 30]);
    const without = await json(['lenet']);
    expect(without.memory.training.deviceBytes.context).toEqual([300 * MiB, 850 * MiB]);
  });

  test('expandable segments hold less beyond the tensors', async () => {
    const native = await json(['vgg11', '--batch', '64', '--optimizer', 'adam']);
    const args = ['vgg11', '--batch', '64', '--optimizer', 'adam', '--allocator', 'expandable'];
    const expandable = await json(args);
    expect(expandable.memory.training.peakBytes).toBe(native.memory.training.peakBytes);
    expect(expandable.memory.training.reservedBytes.likely).toBeLessThan(
      native.memory.training.reservedBytes.likely,
    );
  });

  test.each([
    [['--context', '-3GiB'], "'-3GiB' is not an amount of memory"],
    [['--allocator', 'arena'], '--allocator'],
  ])('%j is refused in one line', async (args, line) => {
    const { code, stderr } = await runFake(['lenet', ...args]);
    expect(stderr).toContain(line);
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 1]);
  });
});
