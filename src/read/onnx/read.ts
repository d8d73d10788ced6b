import { VggError } from '../../core/errors/error.ts';
import type { RandomAccess } from '../../core/random-access.ts';
import { layerKind } from '../../layers/registry.ts';
import { inputReference, producerOf, type Graph, type GraphNode } from '../../graph/graph.ts';
import { resolve } from '../../graph/resolve.ts';
import type { FileModel } from '../../onnx/file.ts';
import { readModel } from '../../onnx/read-model.ts';
import { inputsOf, type AskedSizes, type NetworkInputs } from './inputs.ts';
import { forAnyBatch } from './merge.ts';
import { Translation } from './translation.ts';
import type { Computed } from './value.ts';

/** Operators before it are of another time: their shapes are attributes, and they broadcast when told to. */
const OLDEST = 6;

/** Batches at which an open one is tried; 1 is special in too many shapes. */
const TRIED = [2, 3] as const;

/**
 * The network of an ONNX file at the sizes that are asked for, by themselves for any batch. Weights are not read.
 * `name` is what it is called. Throws `onnx-damaged` and its kin, and the errors of layers whose inputs do not fit.
 */
export function readOnnx(file: RandomAccess, name: string, asked: AskedSizes = {}): Graph {
  const model = readModel(file);
  if (model.opset < OLDEST) throw new VggError('onnx-old', { opset: model.opset, least: OLDEST });
  const inputs = inputsOf(model.graph, asked);
  const network = networkOf(model, inputs);
  const [main, ...others] = inputs.inputs.map(({ called, type, example }) => ({
    name: called,
    type,
    shape: example,
  }));
  const graph: Graph = {
    name,
    source: 'onnx',
    inputs: [main!, ...others],
    ...(inputs.batch !== undefined && { batch: inputs.batch }),
    ...network,
  };
  checkBatch(graph, inputs);
  return graph;
}

/** Throws `onnx-fixed-batch` where the file's own batch is in its sizes and another is asked for. */
function checkBatch(graph: Graph, { batch, asked }: NetworkInputs): void {
  if (batch === undefined || asked === undefined || asked === batch) return;
  const [main, ...others] = graph.inputs.map(({ shape }) => [asked, ...shape]);
  try {
    resolve(graph, main!, ...others);
  } catch (error) {
    if (error instanceof VggError)
      throw new VggError('onnx-fixed-batch', { batch, asked, reason: error.message });
    throw error;
  }
}

interface Network {
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly string[];
  readonly stored: Readonly<Record<string, number>>;
}

/** An open batch stays open wherever the file's shapes allow it. */
function networkOf(model: FileModel, inputs: NetworkInputs): Network {
  if (inputs.batch === undefined) {
    const open = forOpenBatch(model, inputs);
    if (open) return open;
  }
  return atBatch(model, inputs, inputs.batch ?? inputs.asked ?? 1);
}

function forOpenBatch(model: FileModel, inputs: NetworkInputs): Network | undefined {
  try {
    const [some, others] = TRIED.map((batch) => atBatch(model, inputs, batch)) as [Network, Network];
    const [{ called }] = inputs.inputs;
    const nodes = forAnyBatch(some.nodes, others.nodes, TRIED, inputReference({ name: called }));
    return nodes && { ...some, nodes };
  } catch (error) {
    // What cannot be translated at one batch either says why.
    if (error instanceof VggError) return undefined;
    throw error;
  }
}

function atBatch(model: FileModel, { inputs, sizes, batchNames }: NetworkInputs, batch: number): Network {
  const values = inputs.map(({ called, type, example }): Computed => {
    return { constant: false, reference: inputReference({ name: called }), shape: [batch, ...example], type };
  });
  const named = new Map([...sizes, ...batchNames.map((name) => [name, batch] as const)]);
  const names = inputs.map(({ name }) => name);
  const { builder, outputs, stored } = new Translation(model, values, names, named).run();
  if (outputs.length === 0) throw new VggError('onnx-no-output', {});
  return { nodes: thatRun(builder.all(), outputs), outputs, stored };
}

/** Without layers that nothing reads and that have no weights: exporters leave some behind, and no executor runs them. */
function thatRun(nodes: readonly GraphNode[], outputs: readonly string[]): readonly GraphNode[] {
  const read = new Set(outputs.map(producerOf));
  const kept = nodes.toReversed().filter(({ path, kind, inputs }) => {
    const runs = read.has(path) || layerKind(kind).weights !== undefined;
    if (runs) for (const input of inputs) read.add(producerOf(input));
    return runs;
  });
  return kept.toReversed();
}
