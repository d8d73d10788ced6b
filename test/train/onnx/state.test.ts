import { expect, test } from 'vitest';
import { VggError } from '../../../src/core/errors/error.ts';
import { room } from '../../../src/train/onnx/state.ts';

test('makes zeros, and says in words when there is no room for them', () => {
  expect([...room([2, 3])]).toEqual([0, 0, 0, 0, 0, 0]);
  try {
    room([2 ** 20, 2 ** 20]);
    expect.unreachable();
  } catch (error) {
    expect((error as VggError).code).toBe('engine-memory');
    expect((error as VggError).line).toContain('1099511627776 numbers');
  }
});
