/** A piece of memory. */
export interface Piece {
  readonly size: number;
  readonly address: number;
}

/** Blocks in a row beyond this are cut in two, so that putting one in never moves many. */
const ROW = 256;

/** Free blocks, ordered by size and then by address; each operation takes about the square root of their number. */
export class FreeBlocks<Block extends Piece> {
  /** No row is empty, and all of a row comes before all of the next. */
  readonly #rows: Block[][] = [];

  add(block: Block): void {
    const at = Math.min(this.#rowOf(block.size, block.address), this.#rows.length - 1);
    const row = this.#rows[at];
    if (!row) {
      this.#rows.push([block]);
      return;
    }
    row.splice(lowerBound(row, block.size, block.address), 0, block);
    if (row.length > ROW) this.#rows.splice(at + 1, 0, row.splice(ROW / 2));
  }

  remove(block: Block): void {
    this.#take(block.size, block.address);
  }

  /** Takes out the smallest block that is large enough; of equals the one with the lowest address. */
  takeAtLeast(bytes: number): Block | undefined {
    return this.#take(bytes, -1);
  }

  /** Takes out all blocks of which this holds. */
  takeWhere(holds: (block: Block) => boolean): Block[] {
    const taken: Block[] = [];
    for (let at = this.#rows.length - 1; at >= 0; at--) {
      const row = this.#rows[at]!;
      const kept = row.filter((block) => !holds(block));
      if (kept.length === row.length) continue;
      taken.push(...row.filter(holds));
      if (kept.length === 0) this.#rows.splice(at, 1);
      else this.#rows[at] = kept;
    }
    return taken;
  }

  /** Takes out the first block from this size and address on. */
  #take(size: number, address: number): Block | undefined {
    const at = this.#rowOf(size, address);
    const row = this.#rows[at];
    if (!row) return undefined;
    const [block] = row.splice(lowerBound(row, size, address), 1);
    if (row.length === 0) this.#rows.splice(at, 1);
    return block;
  }

  /** The first row that ends at or after a block of this size and address. */
  #rowOf(size: number, address: number): number {
    return firstFrom(this.#rows.length, (i) => !comesBefore(this.#rows[i]!.at(-1)!, size, address));
  }
}

const comesBefore = (block: Piece, size: number, address: number): boolean =>
  block.size < size || (block.size === size && block.address < address);

/** First index in an ordered row at which a block of this size and address may be. */
const lowerBound = (row: readonly Piece[], size: number, address: number): number =>
  firstFrom(row.length, (i) => !comesBefore(row[i]!, size, address));

/** The first index below `count` from which on `holds` is true; `count` if it never is. */
function firstFrom(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
