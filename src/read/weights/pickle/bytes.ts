/** Reads a pickle from its start on. Throws a `PickleError` where it ends too early. */
export class Bytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The next so many bytes. */
  take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.at) throw new PickleError('it ends too early');
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  uint8(): number {
    return this.take(1)[0]!;
  }

  uint16(): number {
    return this.#number(2, (at) => this.#view.getUint16(at, true));
  }

  uint32(): number {
    return this.#number(4, (at) => this.#view.getUint32(at, true));
  }

  int32(): number {
    return this.#number(4, (at) => this.#view.getInt32(at, true));
  }

  /** A length of 64 bits; what no file can hold ends as too early. */
  uint64(): number {
    return this.#number(8, (at) => Number(this.#view.getBigUint64(at, true)));
  }

  float64(): number {
    return this.#number(8, (at) => this.#view.getFloat64(at, false));
  }

  /** Up to the end of the line. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.at);
    if (end < 0) throw new PickleError('it ends too early');
    const text = decode(this.#bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  text(length: number): string {
    return decode(this.take(length));
  }

  #number(length: number, read: (at: number) => number): number {
    const { at } = this;
    this.take(length);
    return read(at);
  }
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Why a pickle cannot be read. */
export class PickleError extends Error {}
