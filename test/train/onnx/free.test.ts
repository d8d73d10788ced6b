import { expect, test } from 'vitest';
import { free } from '../../../src/train/onnx/free.ts';

test('frees large buffers at once and leaves small ones to the garbage collector', () => {
  const [large, small] = [new ArrayBuffer(256 << 20), new ArrayBuffer(1024)];
  new Uint8Array(large).fill(1);
  const before = process.memoryUsage().rss;
  free([large, small]);
  expect(large.byteLength).toBe(0);
  expect(small.byteLength).toBe(1024);
  expect(before - process.memoryUsage().rss).toBeGreaterThan(200 << 20);
});
