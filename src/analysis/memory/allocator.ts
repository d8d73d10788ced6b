/**
 * PyTorch's caching allocator on one CUDA stream: what it takes from the device for the tensors it hands out.
 * Requests up to 1 MiB are cut from segments of 2 MiB, those below 10 MiB from segments of 20 MiB, larger ones get a
 * segment rounded up to 2 MiB. Freed blocks join their neighbors and are used again, the smallest that fits first.
 * Source: c10/cuda/CUDACachingAllocator.cpp, default settings.
 */

import { FreeBlocks } from './free-blocks.ts';

const MiB = 2 ** 20;
const SMALL_REQUEST = MiB;
const SMALL_SEGMENT = 2 * MiB;
const MIDDLE_REQUEST = 10 * MiB;
const MIDDLE_SEGMENT = 20 * MiB;
const LARGE_ROUNDING = 2 * MiB;
/** A rest smaller than this is not split off: a block for small requests, 1 MiB for large ones. */
const SMALL_REST = 512;
const LARGE_REST = MiB;

/** Addresses of the segment for large requests that grows; the other's are below. */
const LARGE_ADDRESSES = 2 ** 52;

/** A piece of a segment; neighbors are linked so that free ones can join. */
export interface Block {
  size: number;
  readonly small: boolean;
  /** Order of creation stands for the address, which decides among blocks of equal size. */
  readonly address: number;
  free: boolean;
  before: Block | undefined;
  after: Block | undefined;
}

/** `expandable`: `PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True`. */
export const allocatorKinds = ['native', 'expandable'] as const;
export type AllocatorKind = (typeof allocatorKinds)[number];

export class CachingAllocator {
  readonly #expandable: boolean;
  /** Bytes taken from the device and not given back. */
  reserved = 0;
  /** The most that it was. */
  peakReserved = 0;
  readonly #free = { small: new FreeBlocks<Block>(), large: new FreeBlocks<Block>() };
  /** The last piece of the one segment for small requests and of that for large ones, which grow where they may. */
  readonly #last: { small: Block | undefined; large: Block | undefined } = {
    small: undefined,
    large: undefined,
  };
  #nextAddress = 0;

  constructor(kind: AllocatorKind = 'native') {
    this.#expandable = kind === 'expandable';
  }

  /** `bytes` is a multiple of 512. Nothing is allocated for 0 bytes. */
  allocate(bytes: number): Block | undefined {
    if (bytes === 0) return undefined;
    const small = bytes <= SMALL_REQUEST;
    const grow = this.#expandable ? this.#grownSegment : this.#newSegment;
    const block = this.#takeFree(bytes, small) ?? grow.call(this, bytes, small);
    this.#split(block, bytes);
    block.free = false;
    return block;
  }

  release(block: Block | undefined): void {
    if (!block) return;
    let joined = block;
    const { before, after } = block;
    if (after?.free) {
      this.#removeFree(after);
      joined.size += after.size;
      joined.after = after.after;
      this.#moveLast(after, joined);
      if (joined.after) joined.after.before = joined;
    }
    if (before?.free) {
      this.#removeFree(before);
      before.size += joined.size;
      before.after = joined.after;
      this.#moveLast(joined, before);
      if (before.after) before.after.before = before;
      joined = before;
    }
    this.#addFree(joined);
  }

  /**
   * `torch.cuda.empty_cache()`: gives segments of which nothing is used back to the device. Of a segment that grows it
   * unmaps every whole page that is free; what asks next maps it again, so that the pages stay counted here.
   */
  emptyCache(): void {
    if (this.#expandable) return;
    for (const list of [this.#free.small, this.#free.large]) {
      for (const block of list.takeWhere(({ before, after }) => !before && !after))
        this.reserved -= block.size;
    }
  }

  #newSegment(bytes: number, small: boolean): Block {
    const size = small
      ? SMALL_SEGMENT
      : bytes < MIDDLE_REQUEST
        ? MIDDLE_SEGMENT
        : Math.ceil(bytes / LARGE_ROUNDING) * LARGE_ROUNDING;
    this.#reserve(size);
    // Addresses leave room for the pieces that a segment is split into.
    this.#nextAddress += size;
    return {
      size,
      small,
      address: this.#nextAddress - size,
      free: false,
      before: undefined,
      after: undefined,
    };
  }

  /** Maps pages behind the segment's last piece, which the new one takes in if it is free. */
  #grownSegment(bytes: number, small: boolean): Block {
    const pool = small ? 'small' : 'large';
    const last = this.#last[pool];
    const rest = last?.free ? last.size : 0;
    const page = small ? SMALL_SEGMENT : MIDDLE_SEGMENT;
    const size = Math.ceil((bytes - rest) / page) * page;
    this.#reserve(size);
    if (last?.free) {
      this.#removeFree(last);
      last.size += size;
      return last;
    }
    const address = last ? last.address + last.size : small ? 0 : LARGE_ADDRESSES;
    const block: Block = { size, small, address, free: false, before: last, after: undefined };
    if (last) last.after = block;
    this.#last[pool] = block;
    return block;
  }

  #reserve(size: number): void {
    this.reserved += size;
    this.peakReserved = Math.max(this.peakReserved, this.reserved);
  }

  #split(block: Block, bytes: number): void {
    const rest = block.size - bytes;
    if (block.small ? rest < SMALL_REST : rest <= LARGE_REST) return;
    const { small, address, after } = block;
    const tail: Block = { size: rest, small, address: address + bytes, free: true, before: block, after };
    if (after) after.before = tail;
    block.after = tail;
    block.size = bytes;
    this.#moveLast(block, tail);
    this.#addFree(tail);
  }

  /** Where `from` was the last piece of a segment that grows, `to` is. */
  #moveLast(from: Block, to: Block): void {
    const pool = from.small ? 'small' : 'large';
    if (this.#last[pool] === from) this.#last[pool] = to;
  }

  #takeFree(bytes: number, small: boolean): Block | undefined {
    return this.#list(small).takeAtLeast(bytes);
  }

  #addFree(block: Block): void {
    block.free = true;
    this.#list(block.small).add(block);
  }

  #removeFree(block: Block): void {
    this.#list(block.small).remove(block);
  }

  #list(small: boolean): FreeBlocks<Block> {
    return small ? this.#free.small : this.#free.large;
  }
}
