import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocatorKinds, CachingAllocator, type Block } from '../../../src/analysis/memory/allocator.ts';

const MiB = 2 ** 20;

/** What allocating these sizes one after the other takes from the device. */
function reservedFor(...sizes: number[]): number {
  const allocator = new CachingAllocator();
  for (const size of sizes) allocator.allocate(size);
  return allocator.reserved;
}

describe('the caching allocator', () => {
  test('takes segments of 2 MiB, 20 MiB, or whole multiples of 2 MiB', () => {
    expect(reservedFor(512)).toBe(2 * MiB);
    expect(reservedFor(MiB)).toBe(2 * MiB);
    expect(reservedFor(MiB + 512)).toBe(20 * MiB);
    expect(reservedFor(10 * MiB - 512)).toBe(20 * MiB);
    expect(reservedFor(10 * MiB)).toBe(10 * MiB);
    expect(reservedFor(11 * MiB)).toBe(12 * MiB);
    expect(reservedFor(0)).toBe(0);
  });

  test('cuts small requests from one segment and keeps them apart from large ones', () => {
    expect(reservedFor(...Array.from({ length: 4096 }, () => 512))).toBe(2 * MiB);
    expect(reservedFor(...Array.from({ length: 4097 }, () => 512))).toBe(4 * MiB);
    expect(reservedFor(5 * MiB, 5 * MiB, 5 * MiB, 5 * MiB)).toBe(20 * MiB);
    expect(reservedFor(512, 5 * MiB)).toBe(22 * MiB);
  });

  test('uses a freed block again, the smallest that fits', () => {
    const allocator = new CachingAllocator();
    const large = allocator.allocate(40 * MiB);
    const middle = allocator.allocate(12 * MiB);
    allocator.release(large);
    allocator.release(middle);
    allocator.allocate(11 * MiB);
    allocator.allocate(39 * MiB + 512);
    expect(allocator.reserved).toBe(52 * MiB);
  });

  test('joins neighbors that are free', () => {
    const allocator = new CachingAllocator();
    const parts = [5, 5, 5, 5].map((size) => allocator.allocate(size * MiB));
    for (const part of [parts[1], parts[3], parts[2], parts[0]]) allocator.release(part);
    allocator.allocate(20 * MiB);
    expect(allocator.reserved).toBe(20 * MiB);
  });

  test('gives back segments of which nothing is used, and remembers the most that it held', () => {
    const allocator = new CachingAllocator();
    const [whole, part] = [40, 12].map((size) => allocator.allocate(size * MiB));
    allocator.allocate(MiB);
    allocator.release(whole);
    allocator.release(part);
    allocator.allocate(5 * MiB);
    allocator.emptyCache();
    expect([allocator.reserved, allocator.peakReserved]).toEqual([14 * MiB, 54 * MiB]);
    allocator.allocate(40 * MiB);
    expect(allocator.reserved).toBe(54 * MiB);
  });

  test('grows one segment by pages where segments are expandable', () => {
    const allocator = new CachingAllocator('expandable');
    const [first, second] = [30, 5].map((size) => allocator.allocate(size * MiB));
    expect(allocator.reserved).toBe(40 * MiB);
    allocator.release(second);
    allocator.allocate(20 * MiB);
    expect(allocator.reserved).toBe(60 * MiB);
    allocator.release(first);
    allocator.allocate(29 * MiB);
    expect(allocator.reserved).toBe(60 * MiB);
  });

  test.each(allocatorKinds)('%s: never reserves less than what is live, and nothing overlaps', (kind) => {
    const action = fc.record({ size: fc.integer({ min: 1, max: 100_000 }), free: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), (actions) => {
        const allocator = new CachingAllocator(kind);
        const live: Block[] = [];
        for (const { size, free } of actions) {
          live.push(allocator.allocate(size * 512)!);
          if (free > 2 && live.length > 0) allocator.release(live.splice(size % live.length, 1)[0]);
          const ranges = live
            .map(({ address, size: length }) => [address, address + length] as const)
            .sort(([a], [b]) => a - b);
          ranges.slice(1).forEach(([start], i) => expect(start).toBeGreaterThanOrEqual(ranges[i]![1]));
          const total = live.reduce((sum, block) => sum + block.size, 0);
          expect(allocator.reserved).toBeGreaterThanOrEqual(total);
        }
      }),
    );
  });
});
