import { VggError } from '../../core/errors/error.ts';
import type { RandomAccess } from '../../core/random-access.ts';
import { checksum } from './checksum.ts';
import { readDirectory, type Entry } from './directory.ts';
import { inflate } from './inflate.ts';

/** A zip archive of which single entries are read. */
export interface Archive {
  /** By name, in the order of its directory; folders among them. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** An entry's bytes, unpacked. Throws `zip-no-entry`, `zip-entry-too-large` and `zip-damaged`. */
  read(name: string, limitMiB: number): Uint8Array;
}

/** The archive in a file: its directory is read at once, entries when they are asked for. Throws `zip-damaged`. */
export function openArchive(file: RandomAccess): Archive {
  const entries = readDirectory(file);
  return {
    entries,
    read(name, limitMiB) {
      const entry = entries.get(name);
      if (!entry) throw new VggError('zip-no-entry', { name });
      return readEntry(file, entry, limitMiB);
    },
  };
}

/** Sizes of a local header's fixed part and the places of its two lengths. */
const LOCAL = { size: 30, signature: 0x04034b50, name: 26, extra: 28 };

function readEntry(file: RandomAccess, entry: Entry, limitMiB: number): Uint8Array {
  const { name, offset, size, packedSize, method } = entry;
  // What is packed may be larger than what comes of it, by a little: both are held.
  if (Math.max(size, packedSize) > limitMiB * 2 ** 20)
    throw new VggError('zip-entry-too-large', { name, limit: `${limitMiB} MiB` });
  const header = file.read(offset, LOCAL.size);
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (header.length < LOCAL.size || view.getUint32(0, true) !== LOCAL.signature)
    throw damaged(`${name} does not begin where the directory says`);
  const start = offset + LOCAL.size + view.getUint16(LOCAL.name, true) + view.getUint16(LOCAL.extra, true);
  const packed = file.read(start, packedSize);
  if (packed.length < packedSize) throw damaged(`the file ends within ${name}`);
  const bytes = unpacked(packed, entry, method);
  if (checksum(bytes) !== entry.checksum) throw damaged(`the checksum of ${name} is another`);
  return bytes;
}

function unpacked(packed: Uint8Array, { name, size, packedSize }: Entry, method: number): Uint8Array {
  switch (method) {
    case 0:
      if (size !== packedSize) throw damaged(`${name} has two sizes`);
      return packed;
    case 8: {
      const bytes = inflate(packed, size);
      if (bytes?.length !== size) throw damaged(`${name} does not unpack to its size`);
      return bytes;
    }
    default:
      throw damaged(`${name} is packed by method ${method}, not by deflate`);
  }
}

const damaged = (reason: string): VggError => new VggError('zip-damaged', { reason });
