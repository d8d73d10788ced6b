import { Inflate } from 'fflate';

/** In bytes: what one of them unpacks to, at most a thousand times as much, is all that is held beyond the size asked for. */
const PIECE = 4096;

/** Deflated data of `size` bytes; undefined where it is damaged or gives more, of which it unpacks no more than a piece. */
export function inflate(packed: Uint8Array, size: number): Uint8Array | undefined {
  const bytes = new Uint8Array(size);
  let filled = 0;
  const inflater = new Inflate((chunk) => {
    if (filled + chunk.length <= size) bytes.set(chunk, filled);
    filled += chunk.length;
  });
  try {
    for (let start = 0; filled <= size; start += PIECE) {
      const last = start + PIECE >= packed.length;
      inflater.push(packed.subarray(start, start + PIECE), last);
      if (last) break;
    }
  } catch {
    return undefined;
  }
  return filled === size ? bytes : undefined;
}
