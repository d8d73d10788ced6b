import { elements } from '../../core/arithmetic.ts';
import type { ElementType, Tensor } from '../../onnx/graph.ts';
import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';

/** Bytes of intermediate tensors that are live while a graph runs; inputs and state are not among them. */
export interface Liveness {
  /** When the backward pass begins. */
  readonly endOfForward: number;
  readonly peak: number;
}

/**
 * Bytes that a graph needs beside its inputs: intermediate tensors, and copies of all that it gives out, which
 * onnxruntime-node makes even where it has written over what it was handed.
 */
export const footprint = (model: OnnxModel): number => liveness(model).peak + bytesGiven(model);

/** Bytes of what a graph gives out. */
export const bytesGiven = ({ outputs }: OnnxModel): number =>
  outputs.reduce((total, output) => total + bytesOf(output), 0);

/** Where the nodes of the backward pass begin in a step's graph. */
export function backwardStart({ nodes }: OnnxModel): number {
  return nodes.findIndex(({ name }) => name.startsWith(BACKWARD));
}

/** The scope in which the backward pass begins. */
export const BACKWARD = 'loss/backward';

/**
 * Runs through a step's nodes in the order in which they are written: a tensor lives from the node that gives it to the
 * last that reads it. A reshaped tensor is the same storage, and what the graph gives out is written over its inputs.
 */
export function liveness(model: OnnxModel): Liveness {
  const storage = new Map<string, string>();
  const origin = (name: string): string => storage.get(name) ?? name;
  const given = new Set(model.outputs.map(({ name }) => name));
  const lastUse = new Map<string, number>();
  model.nodes.forEach((node, i) => {
    if (isView(node)) storage.set(node.outputs[0]!, origin(node.inputs[0]!));
    for (const name of [...node.inputs, ...node.outputs]) lastUse.set(origin(name), i);
  });
  const start = backwardStart(model);
  const ends = new Map<number, string[]>();
  for (const [name, i] of lastUse) ends.set(i, [...(ends.get(i) ?? []), name]);
  const live = new Map<string, number>();
  let [now, peak, endOfForward] = [0, 0, 0];
  model.nodes.forEach((node, i) => {
    if (i === start) endOfForward = now;
    for (const name of node.outputs) {
      if (given.has(name) || isView(node)) continue;
      const bytes = bytesOf(model.tensors.get(name)!);
      live.set(name, bytes);
      now += bytes;
    }
    peak = Math.max(peak, now);
    for (const name of ends.get(i) ?? []) now -= live.get(name) ?? 0;
  });
  return { endOfForward, peak };
}

const isView = ({ operator }: OnnxNode): boolean => operator === 'Reshape';

const BYTES: Readonly<Record<ElementType, number>> = { float32: 4, float64: 8, int64: 8, bool: 1 };

const bytesOf = ({ shape, type }: Tensor): number => elements(shape) * BYTES[type];
