import { VggError } from '../../core/errors/error.ts';
import type { RandomAccess } from '../../core/random-access.ts';

/** An entry as the archive's directory has it. */
export interface Entry {
  readonly name: string;
  /** In bytes, unpacked. */
  readonly size: number;
  /** In bytes, as it lies in the file. */
  readonly packedSize: number;
  /** 0 is stored, 8 deflated. */
  readonly method: number;
  /** CRC-32 of the unpacked bytes. */
  readonly checksum: number;
  /** Where its local header begins. */
  readonly offset: number;
}

/** A model of 100,000 tensors has 10 MiB of directory. */
const LARGEST_DIRECTORY_MIB = 64;
/** The record at the end has a comment of up to 65,535 bytes behind it. */
const END = { size: 22, comment: 65_535, signature: 0x06054b50 };
const LOCATOR = { size: 20, signature: 0x07064b50 };
const END64 = { size: 56, signature: 0x06064b50 };
const HEADER = { size: 46, signature: 0x02014b50 };
/** A field of 16 or 32 bits with all bits set has its value in the records of 64 bits. */
const IN_64_BITS = { short: 0xffff, long: 0xffffffff };
const EXTRA_64_BITS = 1;
const ENCRYPTED = 1;

interface Place {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

/** The entries of a zip archive by name. Throws `zip-damaged`. */
export function readDirectory(file: RandomAccess): ReadonlyMap<string, Entry> {
  const { offset, size, count } = findDirectory(file);
  if (size > LARGEST_DIRECTORY_MIB * 2 ** 20)
    throw damaged(`its directory is larger than ${LARGEST_DIRECTORY_MIB} MiB`);
  const bytes = file.read(offset, size);
  if (bytes.length < size) throw damaged('the file ends within its directory');
  const entries = new Map<string, Entry>();
  let at = 0;
  for (let index = 0; index < count; index++) {
    const { entry, next } = readHeader(bytes, at);
    if (entries.has(entry.name)) throw damaged(`two entries are called ${entry.name}`);
    entries.set(entry.name, entry);
    at = next;
  }
  return entries;
}

function findDirectory(file: RandomAccess): Place {
  const start = Math.max(0, file.size - END.size - END.comment);
  const tail = file.read(start, file.size - start);
  const view = viewOf(tail);
  for (let at = tail.length - END.size; at >= 0; at--) {
    if (view.getUint32(at, true) !== END.signature) continue;
    // A comment may hold the signature too: the record's own comment reaches to the end of the file.
    if (view.getUint16(at + 20, true) !== tail.length - at - END.size) continue;
    const place = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
    const wide =
      place.count === IN_64_BITS.short || place.size === IN_64_BITS.long || place.offset === IN_64_BITS.long;
    return (wide ? findWideDirectory(file, start + at) : undefined) ?? place;
  }
  throw damaged('it has no directory at its end');
}

/** The directory of an archive beyond 4 GiB or 65,534 entries; its locator stands before the record at the end. */
function findWideDirectory(file: RandomAccess, end: number): Place | undefined {
  if (end < LOCATOR.size) return undefined;
  const locator = viewOf(file.read(end - LOCATOR.size, LOCATOR.size));
  if (locator.getUint32(0, true) !== LOCATOR.signature) return undefined;
  const record = file.read(number64(locator, 8), END64.size);
  const view = viewOf(record);
  if (record.length < END64.size || view.getUint32(0, true) !== END64.signature)
    throw damaged('its directory of 64 bits is not where it says');
  return { count: number64(view, 32), size: number64(view, 40), offset: number64(view, 48) };
}

function readHeader(bytes: Uint8Array, at: number): { readonly entry: Entry; readonly next: number } {
  if (at + HEADER.size > bytes.length) throw damaged('its directory ends within an entry');
  const view = viewOf(bytes.subarray(at));
  if (view.getUint32(0, true) !== HEADER.signature) throw damaged('an entry of its directory is damaged');
  const nameLength = view.getUint16(28, true);
  const extraLength = view.getUint16(30, true);
  const next = at + HEADER.size + nameLength + extraLength + view.getUint16(32, true);
  if (next > bytes.length) throw damaged('its directory ends within an entry');
  const nameEnd = at + HEADER.size + nameLength;
  const name = new TextDecoder().decode(bytes.subarray(at + HEADER.size, nameEnd));
  if (view.getUint16(8, true) & ENCRYPTED) throw damaged(`${name} is encrypted`);
  const wide = wideFields(bytes.subarray(nameEnd, nameEnd + extraLength));
  // Of the fields of 64 bits only those are there that do not fit into 32, in this order.
  const field = (place: number): number => {
    const value = view.getUint32(place, true);
    return value === IN_64_BITS.long ? (wide.shift() ?? value) : value;
  };
  const size = field(24);
  const packedSize = field(20);
  const offset = field(42);
  const method = view.getUint16(10, true);
  const checksum = view.getUint32(16, true);
  return { entry: { name, size, packedSize, method, checksum, offset }, next };
}

function wideFields(extra: Uint8Array): number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length;) {
    const length = view.getUint16(at + 2, true);
    const end = Math.min(at + 4 + length, extra.length);
    if (view.getUint16(at, true) === EXTRA_64_BITS)
      return Array.from({ length: Math.floor((end - at - 4) / 8) }, (_, index) =>
        number64(view, at + 4 + 8 * index),
      );
    at = end;
  }
  return [];
}

/** Beyond 2^53 is beyond any file. */
function number64(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged('a size or place in it is beyond any file');
  return Number(value);
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const damaged = (reason: string): VggError => new VggError('zip-damaged', { reason });
