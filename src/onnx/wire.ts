import { VggError } from '../core/errors/error.ts';
import type { RandomAccess } from '../core/random-access.ts';

/** How much is read at a time. */
const PIECE = 2 ** 16;

/** No name, and no text of an attribute, is longer. */
const LONGEST_TEXT = 2 ** 16;

/** Where a field's content lies in the file. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** How a field is written. Source: protobuf.dev, "Encoding". */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/**
 * Walks over a protocol buffer without holding it: what is skipped is not read. Every length is checked against what is
 * around it. Throws `onnx-damaged`.
 */
export class WireReader {
  position = 0;
  /** Of the field that `next` found. */
  wireType = 0;
  readonly #file: RandomAccess;
  readonly #decoder = new TextDecoder();
  #piece: Uint8Array = new Uint8Array();
  #pieceStart = 0;

  constructor(file: RandomAccess) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  /** The number of the next field of the message that ends at `end`; 0 after the last. */
  next(end: number): number {
    if (this.position >= end) {
      if (this.position > end) this.fail('a field reaches beyond its message');
      return 0;
    }
    const key = this.unsigned();
    this.wireType = key % 8;
    const field = Math.floor(key / 8);
    if (field === 0 || field > 2 ** 29 - 1) this.fail(`there is no field ${field}`);
    return field;
  }

  /** Passes over the content of a field. */
  skip(end: number): void {
    if (this.wireType === WireType.varint) this.unsigned();
    else if (this.wireType === WireType.fixed64) this.#advance(8, end);
    else if (this.wireType === WireType.bytes) this.position = this.range(end).end;
    else if (this.wireType === WireType.fixed32) this.#advance(4, end);
    else this.fail(`there is no wire type ${this.wireType}`);
  }

  /** Where the content of a field of bytes lies; the position is then its start. */
  range(end: number): Range {
    this.#expect(WireType.bytes);
    const length = this.unsigned();
    if (length > end - this.position) this.fail('a length reaches beyond its message');
    return { start: this.position, end: this.position + length };
  }

  text({ start, end }: Range): string {
    if (end - start > LONGEST_TEXT) this.fail(`a text is longer than ${LONGEST_TEXT} bytes`);
    return this.#decoder.decode(this.bytes(start, end - start));
  }

  /** A whole number; one beyond 2^53 is rounded. */
  integer(): number {
    this.#expect(WireType.varint);
    return this.signed();
  }

  /** As `integer`, in a packed list. */
  signed(): number {
    const value = this.#varint();
    return typeof value === 'number' ? value : Number(BigInt.asIntN(64, value));
  }

  float(end: number): number {
    this.#expect(WireType.fixed32);
    const start = this.position;
    this.#advance(4, end);
    const { buffer, byteOffset } = this.bytes(start, 4);
    return new DataView(buffer, byteOffset).getFloat32(0, true);
  }

  /** Bytes wherever they lie: few, from the piece that is there; the position stays. */
  bytes(start: number, length: number): Uint8Array {
    const within = start - this.#pieceStart;
    if (within >= 0 && within + length <= this.#piece.length)
      return this.#piece.subarray(within, within + length);
    const bytes = this.#file.read(start, length);
    if (bytes.length < length) this.fail('the file ends too early');
    return bytes;
  }

  unsigned(): number {
    const value = this.#varint();
    return typeof value === 'number' ? value : this.fail('a length is beyond the file');
  }

  fail(reason: string): never {
    throw new VggError('onnx-damaged', { reason, at: this.position });
  }

  /** Seven bytes are exact as a number; a negative one has ten. */
  #varint(): number | bigint {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    let whole = BigInt(value);
    for (let i = 7; i < 10; i++) {
      const byte = this.#byte();
      whole += BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return whole;
    }
    return this.fail('a number has more than ten bytes');
  }

  #byte(): number {
    const within = this.position - this.#pieceStart;
    if (within < 0 || within >= this.#piece.length) {
      this.#piece = this.#file.read(this.position, Math.min(PIECE, this.#file.size - this.position));
      this.#pieceStart = this.position;
      if (this.#piece.length === 0) this.fail('the file ends too early');
    }
    return this.#piece[this.position++ - this.#pieceStart]!;
  }

  #advance(length: number, end: number): void {
    if (length > end - this.position) this.fail('the file ends too early');
    this.position += length;
  }

  #expect(wireType: number): void {
    if (this.wireType !== wireType) this.fail('a field is written in another way than ONNX has it');
  }
}
