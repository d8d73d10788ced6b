import { describe, expect, test } from 'vitest';
import { largestBatches } from '../../../src/analysis/fit/largest-batches.ts';
import { levelsByBatch, type LevelsAt } from '../../../src/analysis/memory/by-batch.ts';
import { deviceLevels } from '../../../src/analysis/memory/device-bytes.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { resolve } from '../../../src/graph/resolve.ts';

const MiB = 2 ** 20;

/** Levels of a network whose tensors take what `peak` says, in MiB, and nothing else. */
const levels =
  (peak: (size: number) => number): LevelsAt =>
  (size) => {
    const bytes = peak(size) * MiB;
    return deviceLevels(bytes, { reserved: bytes, largestWorkspace: 0 }, 1, { context: MiB });
  };

const find = (peak: (size: number) => number, range: [number, number] = [1, 20]) =>
  largestBatches({ training: levels(peak), inference: levels(peak) }, range);

/** The least amount of memory within which a batch of so many MiB is safe. */
const neededFor = (peak: number) => levels(() => peak)(1).deviceBytes.high;

describe('the largest batch', () => {
  test('is the one before the first that does not fit, though a later one needs less', () => {
    const falling = (size: number) => (size === 7 ? 900 : 100 * size);
    expect(find(falling).training(neededFor(700)).safe).toBe(6);
    expect(find(falling).training(neededFor(900)).safe).toBe(9);
    expect(find(falling).training(neededFor(2000)).safe).toBe(20);
    expect(find(falling).training(neededFor(99)).safe).toBe(0);
  });

  test('does not depend on what was asked before', () => {
    const jagged = (size: number) => 100 * size + (size % 3 === 0 ? 250 : 0);
    const asked = find(jagged);
    for (const peak of [1500, 300, 900, 100, 2400, 50, 901])
      expect(asked.training(neededFor(peak))).toEqual(find(jagged).training(neededFor(peak)));
  });

  test('is found one by one in a wide range', () => {
    const { inference } = find((size) => size / 1000, [1, 1_000_000]);
    expect(inference(neededFor(123.456)).safe).toBe(123_456);
  });
});

const vgg16 = buildArchitecture(architecture('torchvision/vgg16'));
const resolveVgg = (batch: number) => resolve(vgg16, [batch, 3, 224, 224]);

test('with Adam vgg16 never gets a batch below which one does not fit', () => {
  const { training, inference } = levelsByBatch(resolveVgg, 'float32', { optimizer: 'adam' });
  const sizes = Array.from({ length: 96 }, (_, i) => i + 1);
  const needed = sizes.map((size) => training(size).deviceBytes.high);
  expect(
    needed.some((bytes, i) => i > 0 && bytes < needed[i - 1]!),
    'the simulation falls somewhere',
  ).toBe(true);
  const largest = largestBatches({ training, inference }, [1, 96]);
  for (let mib = 4000; mib < 30_000; mib += 26) {
    const { safe } = largest.training(mib * MiB);
    expect(needed.slice(0, safe).every((bytes) => bytes <= mib * MiB)).toBe(true);
    if (safe < 96) expect(needed[safe]).toBeGreaterThan(mib * MiB);
  }
});
