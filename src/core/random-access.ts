/** A file that is read in pieces. */
export interface RandomAccess {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `offset` on; fewer than `length` where the file ends. */
  read(offset: number, length: number): Uint8Array;
}

/** Bytes in memory as a file. */
export const inMemory = (bytes: Uint8Array): RandomAccess => ({
  size: bytes.length,
  read: (offset, length) => bytes.subarray(offset, offset + length),
});
