import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Resizer } from '../../src/train/data/resize.ts';
import pillow from '../../fixtures/train/pillow.json' with { type: 'json' };

const bytes = Float32Array.from({ length: 256 }, (_, byte) => byte);

describe('resizing', () => {
  test.each(pillow.cases)('gives the bytes of Pillow from $from to $to', ({ from, to, md5, first }) => {
    const [rows, columns] = from as [number, number];
    const [height, width] = to as [number, number];
    const source = Uint8Array.from({ length: rows * columns }, (_, i) => 31 * i * i + 17 * i + 5 * (i >> 3));
    const target = new Float32Array(3 + height * width).fill(-1);
    new Resizer([rows, columns], [height, width]).resize(source, target, 3, bytes);
    const result = Uint8Array.from(target.subarray(3));
    expect([...result.subarray(0, 12)]).toEqual(first);
    expect(createHash('md5').update(result).digest('hex')).toBe(md5);
    expect([...target.subarray(0, 3)]).toEqual([-1, -1, -1]);
  });

  test('computes again with the same tables', () => {
    const resizer = new Resizer([2, 2], [4, 4]);
    const once = new Float32Array(16);
    const again = new Float32Array(16);
    resizer.resize(Uint8Array.of(0, 100, 200, 255), once, 0, bytes);
    resizer.resize(Uint8Array.of(9, 9, 9, 9), again, 0, bytes);
    resizer.resize(Uint8Array.of(0, 100, 200, 255), again, 0, bytes);
    expect(again).toEqual(once);
  });
});
