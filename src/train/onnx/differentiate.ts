import { VggError } from '../../core/errors/error.ts';
import { resultReference } from '../../graph/graph.ts';
import { isLearned, weightName } from '../../graph/parameters.ts';
import { soleInput } from '../../graph/sole-input.ts';
import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';
import type { Tensor } from '../../onnx/graph.ts';
import type { OnnxResult, WeightGradient } from '../../layers/shared/onnx/result.ts';
import type { Inputs } from '../../layers/shared/inputs.ts';
import { expand, zero } from '../../layers/shared/onnx/arithmetic.ts';
import { poolFirst } from './pool-first.ts';
import { InEval } from './in-eval.ts';
import type { OnnxWriter } from '../../onnx/writer.ts';

/** A network written down, with what its backward pass needs. */
export interface Forward {
  /** What each layer gives, by path; the input under its own name. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** New values of buffers, by the name of the weight. */
  readonly buffers: ReadonlyMap<string, Tensor>;
  /** Whether a layer makes the examples of a batch depend on each other. */
  readonly mixesBatch: boolean;
  readonly applied: readonly AppliedLayer[];
  /** How the layers refer to the network's input. */
  readonly input: string;
}

interface AppliedLayer {
  readonly resolved: ResolvedNode;
  readonly result: OnnxResult<Inputs>;
  /** The name of each weight in the network, by its name in the layer. */
  readonly weights: Readonly<Record<string, string>>;
}

/** The network's weight that a layer's weight is: another layer's where they are shared. */
const nameOf = ({ node }: ResolvedNode, name: string) => weightName(node.sharesWeightsOf ?? node.path, name);

/**
 * Writes the layers in order, pools before activations in training; what runs in training only (auxiliary heads) is
 * left out.
 * Throws `not-in-onnx` with the layer's path.
 */
export function writeForward(
  writer: OnnxWriter,
  network: ResolvedGraph,
  input: Tensor,
  weights: ReadonlyMap<string, Tensor>,
): Forward {
  const values = new Map([[soleInput(network.graph), input]]);
  const buffers = new Map<string, Tensor>();
  const applied: AppliedLayer[] = [];
  const { nodes } = writer.training ? poolFirst(network) : network;
  for (const resolved of nodes) {
    const { node, layer, attributes, output } = resolved;
    if (node.trainingOnly) continue;
    writer.scope = node.path;
    const names = Object.fromEntries(
      resolved.weights.map(({ name }) => [name, nameOf(resolved, name)] as const),
    );
    const own = Object.entries(names).flatMap(([name, full]) => {
      // A layer that shares running statistics goes on from those of the one before.
      const tensor = buffers.get(full) ?? weights.get(full);
      return tensor ? [[name, tensor] as const] : [];
    });
    const result = located(resolved, () => {
      if (!layer.onnx) throw new VggError('not-in-onnx', { kind: node.kind });
      const inputs = node.inputs.map((path) => values.get(path)!);
      return layer.onnx(node.inEval ? new InEval(writer) : writer, {
        attributes,
        inputs,
        weights: Object.fromEntries(own),
        output,
      });
    });
    [result.output, ...(result.others ?? [])].forEach((value, index) => {
      values.set(resultReference(node.path, index), value);
    });
    for (const [name, value] of Object.entries(result.buffers ?? {})) buffers.set(names[name]!, value);
    applied.push({ resolved, result, weights: names });
  }
  const mixesBatch = applied.some(({ result }) => result.mixesBatch);
  return { values, buffers, mixesBatch, applied, input: soleInput(network.graph) };
}

export interface Backward {
  /** For each learnable weight the gradients to be added up: more than one where layers share it. */
  readonly weights: ReadonlyMap<string, readonly WeightGradient[]>;
  /** Everything that a layer with weights gave: once all of it is there, nothing reads the weights any more. */
  readonly last: readonly Tensor[];
  /** Of the network's input, where it was asked for. */
  readonly input: Tensor | undefined;
}

/**
 * Writes the backward pass from the gradient of the main output.
 * Throws `no-gradient` with the layer's path for a kind that has none.
 */
export function writeBackward(
  writer: OnnxWriter,
  { applied, input: images }: Forward,
  output: string,
  outputGradient: Tensor,
  { ofInput = false } = {},
): Backward {
  const learning = learningResults(applied, ofInput ? images : undefined);
  const gradients = new Map<string, Tensor[]>([[output, [outputGradient]]]);
  const weights = new Map<string, WeightGradient[]>();
  const last: Tensor[] = [];
  for (const { resolved, result, weights: names } of applied.toReversed()) {
    const { node } = resolved;
    const incoming = resolved.outputs.map((_, index) => gradients.get(resultReference(node.path, index)));
    const learns = incoming.some((_, index) => learning.has(resultReference(node.path, index)));
    if (!learns || incoming.every((parts) => parts === undefined)) continue;
    writer.scope = `${node.path}/backward`;
    const needed = node.inputs.map((reference) => learning.has(reference));
    const frozen = new Set(resolved.weights.flatMap((spec) => (spec.frozen ? [spec.name] : [])));
    // A result that nothing read has a gradient of zeros.
    const [gradient, ...others] = incoming.map((parts, index) =>
      parts ? total(writer, parts) : expand(writer, zero(writer), resolved.outputs[index]!),
    ) as [Tensor, ...Tensor[]];
    const own = located(resolved, () => {
      if (!result.backward) throw new VggError('no-gradient', { kind: node.kind });
      return result.backward(gradient, needed, others);
    });
    own.inputs.forEach((value, i) => {
      if (!value || !needed[i]) return;
      const path = node.inputs[i]!;
      gradients.set(path, [...(gradients.get(path) ?? []), value]);
      if (own.weights) last.push(value);
    });
    for (const [name, value] of Object.entries(own.weights ?? {})) {
      if (frozen.has(name)) continue;
      weights.set(names[name]!, [...(weights.get(names[name]!) ?? []), value]);
      last.push('transposed' in value ? value.transposed : value);
    }
  }
  const input = gradients.get(images);
  return { weights, last, input: input && total(writer, input) };
}

/**
 * Results of layers that have learnable weights or come after one that has, integers aside; after the input where its
 * gradient is wanted.
 */
function learningResults(applied: readonly AppliedLayer[], input: string | undefined): ReadonlySet<string> {
  const learning = new Set(input === undefined ? [] : [input]);
  for (const { resolved } of applied) {
    const { node, weights, types } = resolved;
    const learns = weights.some(isLearned);
    if (!learns && !node.inputs.some((reference) => learning.has(reference))) continue;
    types.forEach((type, i) => type === 'float' && learning.add(resultReference(node.path, i)));
  }
  return learning;
}

function total(writer: OnnxWriter, parts: readonly Tensor[]): Tensor {
  return parts.length === 1 ? parts[0]! : writer.run('Sum', parts, parts[0]!);
}

function located<T>({ node }: ResolvedNode, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw error instanceof VggError ? error.at({ ...node.origin, path: node.path }) : error;
  }
}
