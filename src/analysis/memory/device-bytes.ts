import type { ResolvedGraph } from '../../graph/resolve.ts';
import { elements, product } from '../../core/arithmetic.ts';

type Range = readonly [low: number, high: number];

/** What a CUDA device needs on top of the tensors, each line a range in bytes. */
export interface DeviceBytes {
  /** The tensors and the lower, or upper, ends of all lines. */
  readonly low: number;
  readonly high: number;
  /** Scratch memory of cuBLAS and cuDNN. */
  readonly workspace: Range;
  /** What the caching allocator holds beyond the live tensors. */
  readonly allocator: Range;
  /** The CUDA context: kernels, stacks, handles. */
  readonly context: Range;
}

const MiB = 2 ** 20;

/** A cuBLAS handle: 8,519,680 bytes, 32 MiB on Hopper. Source: PyTorch, CUBLAS_WORKSPACE_CONFIG. */
const CUBLAS: Range = [8_519_680, 32 * MiB];

/** About half a GiB, less on older and more on newer devices. */
const CONTEXT: Range = [300 * MiB, 700 * MiB];

/**
 * Input and output of a Winograd F(4×4, 3×3) convolution grow by (6/4)² when they are transformed. cuDNN documents no
 * bound for its workspaces; this is the largest that its non-FFT algorithms are known to ask for.
 */
const WINOGRAD_GROWTH = (6 / 4) ** 2;

export interface TensorBytes {
  /** The peak of the live tensors. */
  readonly peak: number;
  /** What the caching allocator has taken for them. */
  readonly reserved: number;
}

/** The lines on top of a peak. `threads` run operators: 1 at inference; the backward pass has one of its own. */
export function deviceBytes(
  { peak, reserved }: TensorBytes,
  resolved: ResolvedGraph,
  bytesPerElement: number,
  threads: 1 | 2,
): DeviceBytes {
  const workspace: Range = [
    threads * CUBLAS[0],
    threads * CUBLAS[1] + largestConvolution(resolved, bytesPerElement),
  ];
  const allocator: Range = [0, reserved - peak];
  const lines = [workspace, allocator, CONTEXT];
  return {
    low: peak + lines.reduce((total, [low]) => total + low, 0),
    high: peak + lines.reduce((total, [, high]) => total + high, 0),
    workspace,
    allocator,
    context: CONTEXT,
  };
}

function largestConvolution({ nodes }: ResolvedGraph, bytesPerElement: number): number {
  const sizes = nodes
    .filter(({ layer }) => layer.family === 'conv')
    .map(({ inputs, output }) => elements(inputs[0]!) + elements(output));
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  return Math.ceil(product([largest, WINOGRAD_GROWTH, bytesPerElement], 'a convolution workspace'));
}
