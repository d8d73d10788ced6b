import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { parseDevice } from '../../../src/analysis/devices/parse-device.ts';
import { fit, type FitOptions } from '../../../src/analysis/fit/fit.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { json, runFake } from '../../cli/fake-io.ts';

const vgg11 = buildArchitecture(architecture('vgg11'));

const options: FitOptions = {
  devices: ['rtx4060', 'rtx4090', '3GiB'].map(parseDevice),
  image: [1, 224, 224],
  batch: [1, 1024],
  dtype: 'float32',
  memory: {},
  examples: 60_000,
};

describe('the largest batch', () => {
  const result = fit(vgg11, options);

  test('fits, and one more does not', () => {
    for (const { memoryBytes, training, inference } of result.devices) {
      for (const [mode, largest] of [
        ['training', training],
        ['inference', inference],
      ] as const) {
        const needed = (batch: number) =>
          analyze(vgg11, { input: [batch, 1, 224, 224] }).memory[mode]!.deviceBytes;
        for (const [size, end] of [
          [largest.safe, 'high'],
          [largest.possible, 'low'],
        ] as const) {
          if (size > 0) expect(needed(size)[end]).toBeLessThanOrEqual(memoryBytes);
          if (size < 1024) expect(needed(size + 1)[end]).toBeGreaterThan(memoryBytes);
        }
        expect(largest.safe).toBeLessThanOrEqual(largest.possible);
      }
      expect(training.possible).toBeLessThanOrEqual(inference.possible);
    }
  });

  test('shrinks with the optimizer that keeps more', () => {
    const adam = fit(vgg11, { ...options, memory: { optimizer: 'adam' } });
    adam.devices.forEach(({ training }, i) => {
      expect(training.possible).toBeLessThanOrEqual(result.devices[i]!.training.possible);
    });
    expect(adam.devices[0]!.training.possible).toBeLessThan(result.devices[0]!.training.possible);
  });

  test('tells memory at every power of two and at both ends', () => {
    expect(result.memory.map(({ batch }) => batch)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]);
    const { memory } = fit(vgg11, { ...options, batch: [3, 20] });
    expect(memory.map(({ batch }) => batch)).toEqual([3, 4, 8, 16, 20]);
  });
});

describe('the time of a step', () => {
  const { devices, comparisons } = fit(vgg11, options);
  const [slow, fast, unknown] = devices;

  test('is told where the speed of the device is known', () => {
    expect(slow!.steps).toHaveLength(11);
    expect(unknown!.steps).toBeUndefined();
  });

  test('grows with the batch, while each example takes less', () => {
    for (const { steps } of [slow!, fast!]) {
      steps!.slice(1).forEach((step, i) => {
        expect(step.seconds).toBeGreaterThan(steps![i]!.seconds);
        expect(step.examplesPerSecond).toBeGreaterThan(steps![i]!.examplesPerSecond);
      });
    }
  });

  test('never beats the arithmetic or the memory of the device', () => {
    const macs = analyze(vgg11, { input: [64, 1, 224, 224] }).totals;
    const step = fast!.steps!.find(({ batch }) => batch === 64)!;
    expect(step.seconds).toBeGreaterThan((2 * (macs.macs + macs.backwardMacs)) / 82.6e12);
    expect(step.share.compute + step.share.bandwidth + step.share.launches).toBeCloseTo(1, 9);
  });

  test('says up to which batch the faster device loses', () => {
    expect(comparisons).toHaveLength(1);
    const { faster, slower, fasterLosesUpTo, slowerBestBatch } = comparisons[0]!;
    expect([faster, slower]).toEqual(['rtx4090', 'rtx4060']);
    const at = (name: string, batch: number) => {
      const only = fit(vgg11, { ...options, devices: [parseDevice(name)], batch: [batch, batch] });
      return only.devices[0]!.steps![0]!.examplesPerSecond;
    };
    const best = at('rtx4060', slowerBestBatch);
    if (fasterLosesUpTo > 0) expect(at('rtx4090', fasterLosesUpTo)).toBeLessThan(best);
    expect(at('rtx4090', fasterLosesUpTo + 1)).toBeGreaterThanOrEqual(best);
  });
});

describe('the command', () => {
  test('answers whether it is the batch size', async () => {
    const { code, stdout, stderr } = await runFake([
      'fit',
      'vgg11',
      '--ratio',
      '4',
      '--device',
      'rtx4060,rtx4090',
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/at an equal batch of \d+, rtx4090 is \d\.\d times as fast as\s+rtx4060/);
    expect(stdout).toContain('a lower bound');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('prints the same numbers as JSON', async () => {
    const result = await json(['fit', 'vgg11', '--device', 'rtx4060,rtx4090,3GiB']);
    expect(result).toEqual(JSON.parse(JSON.stringify(fit(vgg11, options))));
  });

  test.each(['csv', 'markdown'])('prints %s', async (format) => {
    const { code, stdout } = await runFake(['fit', 'alexnet', '--device', 'rtx4060', '--format', format]);
    expect(code).toBe(0);
    expect(stdout).toContain('rtx4060');
  });

  test('reads a device from a file', async () => {
    const result = await json(['fit', 'lenet', '--device', 'fixtures/devices/example.yaml']);
    expect(result.devices[0]).toMatchObject({ name: 'example-gpu', memoryBytes: 6 * 2 ** 30 });
  });

  test.each([
    ['', 'the device file is empty'],
    ['name: [', 'not valid YAML'],
    ['name: a\nmemory: 8GiB\ntflops: {float32: 10}', 'bandwidth is missing'],
    ['name: a\nmemory: 8GiB\ntflops: {float32: -10}\nbandwidth: 9', 'tflops.float32 must be above 0'],
    ['name: a\nmemory: -8GiB\ntflops: {float32: 10}\nbandwidth: 9', "'-8GiB' is not an amount of memory"],
  ])('refuses the device file %j in one line', async (text, line) => {
    const file = join(mkdtempSync(join(tmpdir(), 'device-')), 'gpu.yaml');
    writeFileSync(file, text);
    const { code, stdout, stderr } = await runFake(['fit', 'lenet', '--device', file]);
    expect(stderr).toContain(line);
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
  });

  test('fits a device that is named twice once', async () => {
    const result = await json(['fit', 'lenet', '--device', 'rtx4090,rtx4060,rtx4090']);
    expect(result.devices.map(({ name }: { name: string }) => name)).toEqual(['rtx4090', 'rtx4060']);
    expect(result.comparisons).toHaveLength(1);
  });

  test.each([
    [['--device', 'rtx4096'], "unknown device 'rtx4096'"],
    [['--device', 'm3'], 'm3 shares its memory'],
    [['--device', 'nowhere.yaml'], 'nowhere.yaml'],
    [['--batch', '0'], '--batch'],
    [['--batch', '8..4'], '--batch'],
    [['--batch', '1..2..3'], '--batch'],
    [['--batch', '1..2000000000'], 'passes 2^53'],
    [['--input', '4x1x224x224'], '--input with a batch of 4'],
    [['--parallel', 'ddp', '--devices', '2'], '--parallel'],
  ])('%j is one line on stderr', async (args, text) => {
    const { code, stdout, stderr } = await runFake(['fit', 'vgg11', ...args]);
    expect(stderr).toContain(text);
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1]);
  });
});

test('all epochs take so many times as long as one', () => {
  const of = (epochs: number) => fit(vgg11, { ...options, epochs }).devices[0]!.steps![0]!;
  const [one, ten] = [of(1), of(10)];
  expect(one.trainingSeconds).toBe(one.epochSeconds);
  expect(ten.epochSeconds).toBe(one.epochSeconds);
  expect(ten.trainingSeconds).toBe(10 * one.epochSeconds);
});
