import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Block } from '../../../src/analysis/memory/allocator.ts';
import { FreeBlocks } from '../../../src/analysis/memory/free-blocks.ts';

const block = (size: number, address: number): Block => ({
  size,
  small: true,
  address,
  free: true,
  before: undefined,
  after: undefined,
});

/** The same, by looking at every block. */
function takeNaively(blocks: Block[], bytes: number): Block | undefined {
  const [first] = blocks
    .filter(({ size }) => size >= bytes)
    .sort((a, b) => a.size - b.size || a.address - b.address);
  if (first) blocks.splice(blocks.indexOf(first), 1);
  return first;
}

const operation = fc.oneof(
  { weight: 5, arbitrary: fc.record({ add: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 3, arbitrary: fc.record({ take: fc.integer({ min: 1, max: 45 }) }) },
  { weight: 2, arbitrary: fc.record({ remove: fc.nat() }) },
);

test('free blocks come out as if all were looked at', () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 3000, size: 'max' }), (operations) => {
      const free = new FreeBlocks<Block>();
      const naive: Block[] = [];
      operations.forEach((now, address) => {
        if ('add' in now) {
          const added = block(now.add, address);
          free.add(added);
          naive.push(added);
        } else if ('take' in now) {
          expect(free.takeAtLeast(now.take)).toBe(takeNaively(naive, now.take));
        } else if (naive.length > 0) {
          const [removed] = naive.splice(now.remove % naive.length, 1);
          free.remove(removed!);
        }
      });
      for (let left = naive.length; left >= 0; left--) {
        expect(free.takeAtLeast(1)).toBe(takeNaively(naive, 1));
      }
    }),
    { numRuns: 20 },
  );
});
