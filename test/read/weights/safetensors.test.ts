import { describe, expect, test } from 'vitest';
import { inMemory } from '../../../src/core/random-access.ts';
import { readSafetensors } from '../../../src/read/weights/safetensors.ts';

/** A file of that header; the data are zeros. */
function file(header: string | object, data: number, length?: bigint): Uint8Array {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(length ?? BigInt(text.length));
  return Buffer.concat([start, text, Buffer.alloc(data)]);
}
const read = (...args: Parameters<typeof file>) => readSafetensors(inMemory(file(...args)));
const entry = (dtype: string, shape: unknown, from: number, to: number) => ({ dtype, shape, data_offsets: [from, to] }); // prettier-ignore

test('tensors in the order of their places, with the names of PyTorch', () => {
  const header = {
    __metadata__: { format: 'pt' },
    'b.weight': entry('BF16', [2, 3], 24, 36),
    'a.weight': entry('F32', [3, 2], 0, 24),
    steps: entry('I64', [], 36, 44),
    nothing: entry('F8_E4M3', [0, 4], 44, 44),
    packed: entry('F4', [3, 2], 44, 47),
  };
  expect(read(header, 47)).toEqual({
    format: 'Safetensors',
    tensors: [
      { name: 'a.weight', dtype: 'float32', shape: [3, 2], bytes: 24 },
      { name: 'b.weight', dtype: 'bfloat16', shape: [2, 3], bytes: 12 },
      { name: 'steps', dtype: 'int64', shape: [], bytes: 8 },
      { name: 'nothing', dtype: 'float8_e4m3fn', shape: [0, 4], bytes: 0 },
      { name: 'packed', dtype: 'float4_e2m1fn', shape: [3, 2], bytes: 3 },
    ],
  });
});

test('a file of 8 GB costs what its header costs', () => {
  const bytes = file({ large: entry('F32', [2_000_000_000], 0, 8_000_000_000) }, 0);
  let touched = 0;
  const read = (offset: number, length: number) => {
    touched = Math.max(touched, offset + length);
    return bytes.subarray(offset, offset + length);
  };
  const { tensors } = readSafetensors({ size: bytes.length + 8_000_000_000, read });
  expect(tensors[0]!.bytes).toBe(8_000_000_000);
  expect(touched).toBe(bytes.length);
});

describe('refused', () => {
  const a = entry('F32', [2], 0, 8);
  test.each<readonly [string, () => unknown, string]>([
    ['an empty file', () => readSafetensors(inMemory(new Uint8Array(0))), 'first eight bytes'],
    ['a length of 2^63', () => read({ a }, 8, 2n ** 63n), 'larger than 32 MiB'],
    ['a length beyond the end', () => read({ a }, 0, 1000n), 'ends within its header'],
    ['no JSON', () => read('{"a": ', 0), 'not JSON'],
    ['a list', () => read('[]', 0), 'not an object'],
    ['a hole', () => read({ a, b: entry('F32', [1], 12, 16) }, 16), 'at byte 12'],
    ['an overlap', () => read({ a, b: entry('F32', [2], 4, 12) }, 12), 'at byte 4'],
    ['a shape of other bytes', () => read({ a: entry('F32', [3], 0, 8) }, 8), '8 bytes where its shape takes 12'],
    ['bytes that no tensor has', () => read({ a }, 9), '8 bytes where the file has 9'],
    ['too few bytes', () => read({ a }, 7), '8 bytes where the file has 7'],
    ['an unknown type', () => read({ a: entry('F31', [2], 0, 8) }, 8), 'F31'],
    ['a size that is negative', () => read({ a: entry('F32', [-2], 0, 8) }, 8), 'no shape'],
    ['a size beyond 2^53', () => read({ a: entry('F32', [2 ** 60], 0, 8) }, 8), 'no shape'],
    ['sizes whose product is', () => read({ a: entry('F32', [2 ** 40, 2 ** 40], 0, 8) }, 8), 'shape takes'],
    ['a name twice', () => read('{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2), 'at byte 1'],
    ['100,000 levels', () => read('['.repeat(100_000), 0), 'not JSON'],
    ['a tensor that is a number', () => read({ a: 3 }, 0), 'not an object'],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message);
    expect(act).toThrow(expect.objectContaining({ code: 'weights-damaged' }));
  }); // prettier-ignore
});
