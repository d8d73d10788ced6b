import { describe, expect, test } from 'vitest';
import { Random } from '../../src/train/random.ts';
import { cut, epochOrder } from '../../src/train/data/batches.ts';

describe('the generator', () => {
  test('gives the same stream for the same seed and names, another for any other', () => {
    const draw = (...names: [number, ...(string | number)[]]) =>
      Array.from(
        { length: 4 },
        (
          (random) => () =>
            random.bits()
        )(new Random(...names)),
      );
    expect(draw(1, 'a')).toEqual(draw(1, 'a'));
    const streams = [draw(1, 'a'), draw(2, 'a'), draw(1, 'b'), draw(1, 'a', 0), draw(1, 'a', 1)];
    expect(new Set(streams.map(String)).size).toBe(streams.length);
  });

  test('is uniform', () => {
    const random = new Random(3, 'uniform');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 100_000; i++) counts[random.below(10)]!++;
    // 9 degrees of freedom: 33.7 is the value that chance passes once in ten thousand.
    expect(counts.reduce((chi, n) => chi + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(33.7);
    const values = new Random(3, 'range').uniform(50_000, 0.5);
    expect(values.every((v) => v >= -0.5 && v < 0.5)).toBe(true);
    expect(Math.abs(values.reduce((a, b) => a + b) / values.length)).toBeLessThan(0.005);
  });

  test('orders an epoch as a permutation that seed and epoch decide', () => {
    const order = epochOrder(1000, 5, 2);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(order).toEqual(epochOrder(1000, 5, 2));
    expect(order).not.toEqual(epochOrder(1000, 5, 3));
    expect(order.filter((place, i) => place === i).length).toBeLessThan(10);
  });

  test('cuts an order into batches, from any batch on, the last one short', () => {
    const order = Uint32Array.from({ length: 10 }, (_, i) => i);
    expect([...cut(order, 4)].map((b) => [...b])).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect([...cut(order, 4, 2)].map((b) => [...b])).toEqual([[8, 9]]);
    expect([...cut(order, 4, 3)]).toEqual([]);
  });
});
