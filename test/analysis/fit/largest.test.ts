import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestWithin } from '../../../src/analysis/fit/largest.ts';

test('finds the last number within the limit, whatever the range and the growth', () => {
  const growth = fc.constantFrom<(value: number) => number>(
    (value) => value,
    (value) => 7 * value + 512,
    (value) => Math.ceil((3 * value) / 512) * 512,
    (value) => value ** 3,
    (value) => (value < 600 ? 0 : 1e12),
    (value) => Math.log(value),
    () => 5,
  );
  fc.assert(
    fc.property(
      growth,
      fc.nat(1000),
      fc.nat(1000),
      fc.integer({ min: -1, max: 10_000 }),
      fc.array(fc.nat(3000)),
      (measure, start, length, limit, known) => {
        const [from, to] = [start + 1, start + 1 + length];
        let expected = 0;
        for (let value = from; value <= to && measure(value) <= limit; value++) expected = value;
        expect(largestWithin([from, to], limit, measure)).toBe(expected);
        expect(largestWithin([from, to], limit, measure, known)).toBe(expected);
      },
    ),
  );
});

test('asks a few times where the growth is even, and about as often as bisection where it is not', () => {
  const asked = (measure: (value: number) => number, limit: number) => {
    let calls = 0;
    largestWithin([1, 1024], limit, (value) => {
      calls++;
      return measure(value);
    });
    return calls;
  };
  expect(asked((value) => 1e6 + Math.ceil(value * 1.7) * 512, 1e6 + 300_000)).toBeLessThanOrEqual(6);
  expect(asked((value) => value ** 4, 700 ** 4)).toBeLessThanOrEqual(40);
});

test('begins between the nearest of the values that are known', () => {
  const asked: number[] = [];
  const measure = (value: number) => {
    asked.push(value);
    return value ** 4;
  };
  expect(largestWithin([1, 1024], 700 ** 4, measure, [699, 701, 2000, 0, 3])).toBe(700);
  expect(new Set(asked)).toEqual(new Set([1, 699, 700, 701, 1024]));
});
