import type { AllocatorKind } from './allocator.ts';
import type { DeviceUse } from './step.ts';

type Range = readonly [low: number, high: number];

/** Bytes: what is likely, between the ends that hold 19 of 20 measurements (docs/accuracy.md). */
export interface Level {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
}

/** What a CUDA device needs: the tensors and, on top of them, the lines named here, each a range in bytes. */
export interface DeviceBytes extends Level {
  /**
   * What a full card likely runs with: near its end the allocator gives cached segments back and cuDNN takes algorithms
   * whose scratch memory fits.
   */
  readonly squeezed: number;
  /** Scratch memory of cuBLAS and cuDNN. */
  readonly workspace: Range;
  /** What the caching allocator holds beyond the live tensors. */
  readonly allocator: Range;
  /** The CUDA context: kernels, stacks, handles. */
  readonly context: Range;
}

/** What differs from machine to machine and from script to script. */
export interface DeviceOptions {
  /** Bytes of the CUDA context, where they are known. */
  readonly context?: number;
  /** `torch.backends.cudnn.benchmark`: false when left out, as in PyTorch. */
  readonly cudnnBenchmark?: boolean;
  /** `native` when left out. */
  readonly allocator?: AllocatorKind;
}

const MiB = 2 ** 20;

/** A cuBLAS handle: 8,519,680 bytes, 32 MiB on Hopper. Source: PyTorch, CUBLAS_WORKSPACE_CONFIG. */
const CUBLAS: Range = [8_519_680, 32 * MiB];

/** What the driver takes for a process before a tensor is there; more on data center devices (up to 2.1 GiB was seen). */
const CONTEXT: Level = { low: 300 * MiB, likely: 500 * MiB, high: 850 * MiB };

/**
 * How much of the operands of the largest convolution cuDNN's scratch memory takes. Without `benchmark` its heuristics
 * mostly choose algorithms that copy one side into another layout; with it every algorithm is tried once, Winograd
 * among them, whose F(4×4, 3×3) makes (6/4)² = 2.25 of an operand. The likely shares are fitted: docs/accuracy.md.
 */
const WORKSPACE_SHARE = {
  heuristics: { likely: 0.75, high: 1.5 },
  benchmark: { likely: 1.5, high: 2.25 },
} as const;

/**
 * How far the real allocator lies from the simulated one, whose blocks differ in address and order: it needs at least
 * this share of what the simulation holds beyond the tensors, and at most this much of all that it holds.
 */
const HELD_AT_LEAST = 0.3;
const HELD_AT_MOST = 1.16;

/** The share of what is held beyond the tensors that a full card needs: fitted to ladders of batches, docs/accuracy.md. */
const HELD_WHEN_FULL = 0.5;

/** All levels above a peak of the tensors. */
export interface DeviceLevels {
  /** `torch.cuda.max_memory_reserved()`. */
  readonly reservedBytes: Level;
  /** What `nvidia-smi` shows of the process. */
  readonly deviceBytes: DeviceBytes;
}

/** `threads` run operators: 1 at inference; the backward pass has one of its own. */
export function deviceLevels(
  peak: number,
  { reserved, largestWorkspace }: DeviceUse,
  threads: 1 | 2,
  { context, cudnnBenchmark = false }: DeviceOptions = {},
): DeviceLevels {
  const share = WORKSPACE_SHARE[cudnnBenchmark ? 'benchmark' : 'heuristics'];
  const convolution = (part: number) => Math.ceil(part * largestWorkspace);
  const contexts = context === undefined ? CONTEXT : { low: context, likely: context, high: context };
  const held: Level = {
    low: Math.floor(HELD_AT_LEAST * (reserved - peak)),
    likely: reserved - peak,
    high: Math.ceil(HELD_AT_MOST * reserved) - peak,
  };
  const scratch: Level = {
    low: threads * CUBLAS[0],
    likely: threads * CUBLAS[0] + convolution(share.likely),
    high: threads * CUBLAS[1] + convolution(share.high),
  };
  const total = (end: keyof Level) => peak + held[end] + scratch[end] + contexts[end];
  return {
    reservedBytes: { low: peak + held.low, likely: reserved, high: peak + held.high + scratch.high },
    deviceBytes: {
      low: total('low'),
      likely: total('likely'),
      high: total('high'),
      squeezed:
        peak +
        Math.ceil(HELD_WHEN_FULL * held.likely) +
        threads * CUBLAS[0] +
        convolution(WORKSPACE_SHARE.heuristics.likely) +
        contexts.likely,
      workspace: [scratch.low, scratch.high],
      allocator: [held.low, held.high],
      context: [contexts.low, contexts.high],
    },
  };
}
