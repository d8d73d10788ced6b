import { VggError } from '../../core/errors/error.ts';
import { gunzipSync } from 'node:zlib';
import { allocateSplit, type Split } from './dataset.ts';

/** The type byte of unsigned bytes; MNIST and its followers use no other. */
const UNSIGNED_BYTE = 8;

interface Idx {
  /** Big-endian sizes from the header: examples first. */
  readonly sizes: readonly number[];
  readonly values: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes, gzipped or not: two zero bytes, the type, the number of dimensions, each
 * dimension as a big-endian uint32, then the values. Source: yann.lecun.com/exdb/mnist.
 * Throws `data-not-idx`, `data-swapped` (the other of idx1 and idx3), `data-truncated` (the header promises another
 * length, or the gzip stream is cut).
 */
function readIdx(bytes: Uint8Array, file: string, dimensions: 1 | 3): Idx {
  const raw = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, file) : bytes;
  if (raw.length < 4 || raw[0] !== 0 || raw[1] !== 0 || raw[2] !== UNSIGNED_BYTE) {
    throw new VggError('data-not-idx', { file });
  }
  if (raw[3] !== dimensions) {
    if (raw[3] === 1 || raw[3] === 3) throw new VggError('data-swapped', { file, images: raw[3] === 3 });
    throw new VggError('data-not-idx', { file });
  }
  const header = 4 + 4 * dimensions;
  if (raw.length < header)
    throw new VggError('data-truncated', { file, expected: header, actual: raw.length });
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const sizes = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i));
  const expected = header + sizes.reduce((a, b) => a * b, 1);
  if (raw.length !== expected) throw new VggError('data-truncated', { file, expected, actual: raw.length });
  return { sizes, values: raw.subarray(header) };
}

function gunzip(bytes: Uint8Array, file: string): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new VggError('data-broken-gzip', { file, reason: (error as Error).message });
  }
}

export interface IdxFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/**
 * Images (idx3) and labels (idx1) as one split.
 * Throws what reading throws, and `data-counts-differ`, `data-label-range`, `data-empty`.
 */
export function readSplit(images: IdxFile, labels: IdxFile, classes: number): Split {
  const pixels = readIdx(images.bytes, images.file, 3);
  const names = readIdx(labels.bytes, labels.file, 1);
  const [count, rows, columns] = pixels.sizes as [number, number, number];
  if (count * rows * columns === 0) throw new VggError('data-empty', { file: images.file });
  if (names.sizes[0] !== count) {
    throw new VggError('data-counts-differ', {
      images: images.file,
      labels: labels.file,
      counts: [count, names.sizes[0]!],
    });
  }
  const wrong = names.values.findIndex((label) => label >= classes);
  if (wrong >= 0) {
    throw new VggError('data-label-range', {
      file: labels.file,
      index: wrong,
      label: names.values[wrong]!,
      classes,
    });
  }
  const split = allocateSplit(count, rows, columns);
  split.pixels.set(pixels.values);
  split.labels.set(names.values);
  return split;
}
