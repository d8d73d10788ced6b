import { describe, expect, test } from 'vitest';
import { readDevice } from '../../../src/analysis/devices/device-file.ts';
import { devices } from '../../../src/analysis/devices/catalog.ts';
import { parseDevice } from '../../../src/analysis/devices/parse-device.ts';
import { json, runFake } from '../../cli/fake-io.ts';
import type { VggError } from '../../../src/core/errors/error.ts';

const errorOf = (run: () => unknown): VggError => {
  try {
    run();
  } catch (error) {
    return error as VggError;
  }
  throw new Error('nothing was thrown');
};

describe('the built-in devices', () => {
  test('have distinct names, positive rates and a source', () => {
    expect(new Set(devices.map(({ name }) => name)).size).toBe(devices.length);
    for (const { name, memoryBytes, speed, source } of devices) {
      expect(memoryBytes === null || memoryBytes >= 2 ** 30, name).toBe(true);
      expect(speed!.bandwidth, name).toBeGreaterThan(0);
      expect(speed!.tflops.tf32 ?? Infinity, name).toBeGreaterThanOrEqual(speed!.tflops.float32);
      expect(source, name).not.toBe('');
    }
  });
});

test('the list of devices tells numbers and the source of each', async () => {
  const { devices: listed } = await json(['list', 'devices']);
  expect(listed).toHaveLength(devices.length);
  for (const [i, { name, memoryBytes, speed, source }] of devices.entries())
    expect(listed[i]).toMatchObject({
      name,
      memoryBytes,
      tflops: JSON.parse(JSON.stringify(speed!.tflops)),
      bandwidth: speed!.bandwidth,
      source,
    });
  const { stdout } = await runFake(['list', 'devices'], { columns: 80 });
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

describe('a device by name or size', () => {
  test('is found, given other memory, or made of memory alone', () => {
    expect(parseDevice('rtx3050').memoryBytes).toBe(8 * 2 ** 30);
    expect(parseDevice('m3:16GiB')).toMatchObject({ name: 'm3:16GiB', memoryBytes: 16 * 2 ** 30 });
    expect(parseDevice('12GB').memoryBytes).toBe(12_000_000_000);
    expect(parseDevice('1.5GiB').memoryBytes).toBe(1.5 * 2 ** 30);
    expect(parseDevice('12GiB').speed).toBeUndefined();
  });

  test.each([
    ['rtx4096', "unknown device 'rtx4096' (did you mean rtx4090, rtx3090, rtx4060?)"],
    ['constructor', "unknown device 'constructor'"],
    ['rtx4090:8GiB:2', 'unknown device'],
    ['m3', 'm3 shares its memory with the processor, and how much there is differs (say how much: m3:16GiB)'],
    ['12', "'12' is not an amount of memory"],
    ['0GiB', "'0GiB' is not an amount of memory"],
    ['12Gi', "'12Gi' is not an amount of memory"],
    ['t4:many', "'many' is not an amount of memory"],
  ])('%s is refused', (text, line) => {
    expect(errorOf(() => parseDevice(text)).line).toContain(line);
  });
});

describe('a device from a file', () => {
  const good = { name: 'mine', memory: '10GiB', tflops: { float32: 20 }, bandwidth: 500 };
  const from = (change: object) => readDevice(JSON.stringify({ ...good, ...change }, null, 1), 'gpu.yaml');

  test('is read', () => {
    expect(from({})).toEqual({
      name: 'mine',
      memoryBytes: 10 * 2 ** 30,
      speed: { tflops: { float32: 20 }, bandwidth: 500 },
      source: 'device file',
    });
  });

  test.each([
    [{ memory: undefined }, 'gpu.yaml:1:1: memory is missing'],
    [{ bandwidth: -1 }, 'gpu.yaml:7:15: bandwidth must be above 0'],
    [{ bandwidth: 'fast' }, 'gpu.yaml:7:15: bandwidth must be a number'],
    [{ tflops: { float32: 0 } }, 'gpu.yaml:5:14: tflops.float32 must be above 0'],
    [{ tflops: {} }, 'gpu.yaml:4:12: tflops.float32 is missing'],
    [{ tflops: 20 }, 'gpu.yaml:4:12: tflops must be a mapping'],
    [{ bandwith: 500 }, 'gpu.yaml:8:14: bandwith is not a field (did you mean bandwidth?)'],
    [{ memory: '10' }, "gpu.yaml:3:12: '10' is not an amount of memory"],
  ])('%j is refused', (change, line) => {
    expect(errorOf(() => from(change)).line).toContain(line);
  });
});
