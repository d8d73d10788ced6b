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

export class CachingAllocator {
  /** Bytes taken from the device; they are not given back during a step. */
  reserved = 0;
  readonly #free = { small: new FreeBlocks<Block>(), large: new FreeBlocks<Block>() };
  #nextAddress = 0;

  /** `bytes` is a multiple of 512. Nothing is allocated for 0 bytes. */
  allocate(bytes: number): Block | undefined {
    if (bytes === 0) return undefined;
    const small = bytes <= SMALL_REQUEST;
    const block = this.#takeFree(bytes, small) ?? this.#newSegment(bytes, small);
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
      if (joined.after) joined.after.before = joined;
    }
    if (before?.free) {
      this.#removeFree(before);
      before.size += joined.size;
      before.after = joined.after;
      if (before.after) before.after.before = before;
      joined = before;
    }
    this.#addFree(joined);
  }

  #newSegment(bytes: number, small: boolean): Block {
    const size = small
      ? SMALL_SEGMENT
      : bytes < MIDDLE_REQUEST
        ? MIDDLE_SEGMENT
        : Math.ceil(bytes / LARGE_ROUNDING) * LARGE_ROUNDING;
    this.reserved += size;
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

  #split(block: Block, bytes: number): void {
    const rest = block.size - bytes;
    if (block.small ? rest < SMALL_REST : rest <= LARGE_REST) return;
    const { small, address, after } = block;
    const tail: Block = { size: rest, small, address: address + bytes, free: true, before: block, after };
    if (after) after.before = tail;
    block.after = tail;
    block.size = bytes;
    this.#addFree(tail);
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
