import type { Shape } from '../../core/shape.ts';
import type { Graph } from '../../graph/graph.ts';
import { ownTensors, weightName } from '../../graph/parameters.ts';
import { resolveBatch } from '../../graph/resolve.ts';

/** A tensor that a network has. */
export interface ExpectedTensor {
  /** As PyTorch's `state_dict` has it. */
  readonly name: string;
  readonly shape: Shape;
  /** Saved but not learned. */
  readonly buffer: boolean;
}

/** The tensors of a network, as its `state_dict` would have them, each once. */
export function stateDict(graph: Graph): ExpectedTensor[] {
  const { nodes } = resolveBatch(
    graph,
    graph.batch ?? 1,
    graph.inputs.map(({ shape }) => shape),
  );
  return nodes.flatMap((resolved) =>
    ownTensors(resolved).map(({ name, shape, buffer }) => ({
      name: weightName(resolved.node.path, name),
      shape,
      buffer: buffer ?? false,
    })),
  );
}

/** What PyTorch calls the buffers of its normalizations; a file of weights does not tell them from parameters. */
export const isBufferName = (name: string): boolean =>
  /(?:^|\.)(?:running_mean|running_var|num_batches_tracked)$/.test(name);

/** Of normalizations; files from before PyTorch 0.4.1 have none, and `load_state_dict` does without it. */
export const isCounter = (name: string): boolean => /(?:^|\.)num_batches_tracked$/.test(name);
