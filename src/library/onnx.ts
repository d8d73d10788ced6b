import { inMemory } from '../core/random-access.ts';
import type { Graph } from '../graph/graph.ts';
import { readOnnx as read } from '../read/onnx/read.ts';

export interface OnnxOptions {
  /** The batch at which shapes that contain it are computed; any where the file leaves it open. */
  readonly batch?: number;
  /** Sizes by the names of inputs, the batch first, for those that the file leaves open. */
  readonly inputs?: Readonly<Record<string, readonly number[]>>;
}

/**
 * The network of an ONNX file, for `inspect`. Weights are passed over. `name` is what it is called. Throws a VggError:
 * `onnx-damaged` and its kin, `onnx-open-size` for a size that the file leaves open, `onnx-unknown-operator`.
 */
export function readOnnx(bytes: Uint8Array, name: string, { batch, inputs = {} }: OnnxOptions = {}): Graph {
  const input = Object.entries(inputs).map(([called, sizes]) => ({
    name: called,
    sizes,
    text: sizes.join('x'),
  }));
  return read(inMemory(bytes), name, { input, ...(batch !== undefined && { batch }) });
}
