import fc from 'fast-check';
import { expect, it } from 'vitest';
import { largestThat } from '../../src/analysis/fit/largest.ts';

it('finds the last number that holds, whatever the range', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.nat(3000), (from, length, last) => {
      const to = from + 1 + length;
      const found = largestThat([from + 1, to], (value) => value <= last);
      expect(found).toBe(last < from + 1 ? 0 : Math.min(last, to));
    }),
  );
});

it('asks no more often than bisection needs', () => {
  let asked = 0;
  largestThat([1, 1024], (value) => {
    asked++;
    return value <= 700;
  });
  expect(asked).toBeLessThanOrEqual(12);
});
