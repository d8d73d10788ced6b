import { deflateRawSync } from 'node:zlib';

export interface Content {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly deflated?: boolean;
  /** Places and sizes in fields of 64 bits. */
  readonly wide?: boolean;
}

/** What a test may say otherwise than it is. */
export interface Lies {
  readonly size?: number;
  readonly checksum?: number;
  readonly method?: number;
  readonly flags?: number;
  readonly comment?: string;
}

const ALL = 0xffffffff;
const numbers = (...fields: readonly (readonly [value: number, bytes: 2 | 4 | 8])[]): Buffer => {
  const buffer = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
};

/** A zip archive, written by the specification of the format and not by what reads it. */
export function zipFile(contents: readonly Content[], lies: Lies = {}): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, deflated = false, wide = false } of contents) {
    const title = Buffer.from(name);
    const data = deflated ? deflateRawSync(bytes) : Buffer.from(bytes);
    const method = lies.method ?? (deflated ? 8 : 0);
    const size = lies.size ?? bytes.length;
    const checksum = lies.checksum ?? crc32Of(bytes);
    const flags = lies.flags ?? 0;
    const common = [
      [20, 2],
      [flags, 2],
      [method, 2],
      [0, 2],
      [0, 2],
      [checksum, 4],
    ] as const;
    const local = Buffer.concat([
      numbers([0x04034b50, 4], ...common, [data.length, 4], [size, 4], [title.length, 2], [0, 2]),
      title,
      data,
    ]);
    const extra = wide ? numbers([1, 2], [24, 2], [size, 8], [data.length, 8], [offset, 8]) : Buffer.alloc(0);
    const field = (value: number) => [wide ? ALL : value, 4] as const;
    const sizes = [field(data.length), field(size), [title.length, 2], [extra.length, 2]] as const;
    directory.push(
      Buffer.concat([
        numbers([0x02014b50, 4], [20, 2], ...common, ...sizes, [0, 2], [0, 2], [0, 2], [0, 4], field(offset)),
        title,
        extra,
      ]),
    );
    parts.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const wide = contents.some((content) => content.wide);
  const wideEnd = numbers(
    [0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 4], [0, 4],
    [contents.length, 8], [contents.length, 8], [listed.length, 8], [offset, 8],
    [0x07064b50, 4], [0, 4], [offset + listed.length, 8], [1, 4],
  ); // prettier-ignore
  const comment = Buffer.from(lies.comment ?? '');
  const count = wide ? 0xffff : contents.length;
  const end = numbers(
    [0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2],
    [wide ? ALL : listed.length, 4], [wide ? ALL : offset, 4], [comment.length, 2],
  ); // prettier-ignore
  return Buffer.concat([...parts, listed, ...(wide ? [wideEnd] : []), end, comment]);
}

/** Bit by bit; Node has one of its own only in later releases. */
const crc32Of = (bytes: Uint8Array): number => {
  let crc = ALL;
  for (const byte of bytes)
    for (let bit = 0, value = byte; bit < 8; bit++, value >>= 1)
      crc = ((crc ^ value) & 1 ? 0xedb88320 : 0) ^ (crc >>> 1);
  return ~crc >>> 0;
};
