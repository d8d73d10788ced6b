import { VggError } from '../core/errors/error.ts';
import type { LayerKind, WeightSpec } from '../layers/layer.ts';
import { checkArity } from '../layers/shared/inputs.ts';
import { weightsOf } from '../layers/shared/weights.ts';
import { layerKind } from '../layers/registry.ts';
import { frozenOwners } from './freeze.ts';
import { joinOf, multipleThatFits } from './multiple.ts';
import { inputReference, producerOf, resultIndex, type Graph, type GraphNode } from './graph.ts';
import { elements } from '../core/arithmetic.ts';
import { formatShape, sameShape, type Shape } from '../core/shape.ts';
import type { TensorType } from '../core/tensor-type.ts';

/** A node that has met its input: shapes and weights are known. */
export interface ResolvedNode {
  readonly node: GraphNode;
  readonly layer: LayerKind;
  /** The call that the layer kind's functions take. */
  readonly attributes: object;
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  /** Of every result; `output` is the first. */
  readonly outputs: readonly [Shape, ...Shape[]];
  /** What each result holds. */
  readonly types: readonly TensorType[];
  /** Weights that this node uses. The same objects as the owner's when they are shared. */
  readonly weights: readonly WeightSpec[];
  /** False when the weights belong to an earlier node, which counts them. */
  readonly ownsWeights: boolean;
}

/** A graph at one input size. */
export interface ResolvedGraph {
  readonly graph: Graph;
  /** Of the main input, batch first: N×C×H×W for images. */
  readonly input: Shape;
  /** Of every input, in the order of the graph's. */
  readonly inputs: readonly Shape[];
  readonly nodes: readonly ResolvedNode[];
  readonly byPath: ReadonlyMap<string, ResolvedNode>;
}

/**
 * Infers the shape of every layer from the inputs', in topological order.
 * Throws the layer kinds' errors with the layer's path and, for specs, the place in the file.
 */
export function resolve(graph: Graph, input: Shape, ...others: readonly Shape[]): ResolvedGraph {
  try {
    return resolveAt(graph, input, others);
  } catch (error) {
    const joins = error instanceof VggError && error.code === 'shapes-do-not-join';
    const multiple = joins ? multipleThatFits(input, (size) => resolveAt(graph, size, others)) : undefined;
    if (!joins || multiple === undefined) throw error;
    throw new VggError('sizes-do-not-join', { ...joinOf(error), ...multiple }, error.location);
  }
}

function resolveAt(graph: Graph, input: Shape, others: readonly Shape[]): ResolvedGraph {
  const inputs = inputsAt(graph, input, others);
  const given = new Map(
    graph.inputs.map((one, i) => [inputReference(one), { shape: inputs[i]!, type: one.type }]),
  );
  const byPath = new Map<string, ResolvedNode>();
  const read = (reference: string) => given.get(reference) ?? result({ byPath }, reference);
  const frozen = frozenOwners(graph);
  for (const node of graph.nodes) {
    try {
      byPath.set(node.path, resolveNode(node, node.inputs.map(read), byPath, frozen));
    } catch (error) {
      throw error instanceof VggError ? explain(error, node, input, byPath) : error;
    }
  }
  for (const reference of graph.outputs) resultShape({ byPath }, reference);
  return { graph, input, inputs, nodes: [...byPath.values()], byPath };
}

/** A tensor as far as shape inference knows it. */
interface Inferred {
  readonly shape: Shape;
  readonly type: TensorType;
}

/** The shape of a result of a node. Throws `no-such-result`. */
export const resultShape = (resolved: Pick<ResolvedGraph, 'byPath'>, reference: string): Shape =>
  result(resolved, reference).shape;

function result({ byPath }: Pick<ResolvedGraph, 'byPath'>, reference: string): Inferred {
  const { node, outputs, types } = byPath.get(producerOf(reference))!;
  const index = resultIndex(reference);
  const [shape, type] = [outputs[index], types[index]];
  if (shape === undefined || type === undefined) {
    throw new VggError('no-such-result', { path: node.path, index, count: outputs.length });
  }
  return { shape, type };
}

/** The graph at a batch of examples: `examples` are the inputs' shapes without the batch. */
export function resolveBatch(graph: Graph, batch: number, examples: readonly Shape[]): ResolvedGraph {
  const [first = graph.inputs[0].shape, ...others] = examples;
  return resolve(graph, [batch, ...first], ...others.map((shape) => [batch, ...shape]));
}

/** Where only the first input's shape is given, the others are the graph's own at the same batch. */
function inputsAt({ inputs }: Graph, input: Shape, others: readonly Shape[]): readonly Shape[] {
  const all = [input, ...inputs.slice(1).map(({ shape }, i) => others[i] ?? [input[0]!, ...shape])];
  for (const shape of all) elements(shape);
  return all;
}

function resolveNode(
  node: GraphNode,
  read: readonly Inferred[],
  byPath: ReadonlyMap<string, ResolvedNode>,
  frozen: ReadonlySet<string>,
): ResolvedNode {
  const layer = layerKind(node.kind);
  const { attributes } = node;
  checkArity(node.kind, layer.takes, read.length);
  checkTypes(layer, read);
  const inputs = read.map(({ shape }) => shape);
  const output = layer.shape({ attributes, inputs });
  const outputs = [output, ...(layer.others?.({ attributes, inputs }) ?? [])] as const;
  for (const shape of outputs) elements(shape);
  const declared = weightsOf(layer, { attributes, inputs });
  const all = node.without ? declared.filter(({ name }) => !node.without?.includes(name)) : declared;
  const own = frozen.has(node.path) ? all.map(asFrozen) : all;
  const given = layer.givesTypes?.(attributes);
  const owner = node.sharesWeightsOf === undefined ? undefined : byPath.get(node.sharesWeightsOf)!;
  if (owner) checkShared(own, owner);
  return {
    node,
    layer,
    attributes,
    inputs,
    output,
    outputs,
    types: outputs.map((_, i) => given?.[i] ?? read[0]?.type ?? 'float'),
    weights: owner?.weights ?? own,
    ownsWeights: owner === undefined,
  };
}

const asFrozen = (spec: WeightSpec): WeightSpec => (spec.buffer ? spec : { ...spec, frozen: true });

/** Throws `wrong-tensor-type`. */
function checkTypes({ kind, takesTypes = ['float'] }: LayerKind, read: readonly Inferred[]): void {
  if (takesTypes === 'any') return;
  for (let i = 0; i < read.length; i++) {
    const { type } = read[i]!;
    const wanted = takesTypes[i] ?? takesTypes.at(-1);
    if (wanted !== undefined && type !== wanted) {
      throw new VggError('wrong-tensor-type', { kind, place: i, count: read.length, wanted, type });
    }
  }
}

function checkShared(own: readonly WeightSpec[], owner: ResolvedNode): void {
  const fits =
    own.length === owner.weights.length &&
    own.every(({ shape }, i) => sameShape(shape, owner.weights[i]!.shape));
  if (fits) return;
  const list = (weights: readonly WeightSpec[]) =>
    weights.map(({ shape }) => formatShape(shape)).join(' and ');
  throw new VggError('shared-weights-differ', {
    owner: owner.node.path,
    expected: list(owner.weights),
    actual: list(own),
  });
}

/** Adds the layer's path and place, and for a wrong width the image that the features come from. */
function explain(
  error: VggError,
  node: GraphNode,
  input: Shape,
  byPath: ReadonlyMap<string, ResolvedNode>,
): VggError {
  const { path, origin } = node;
  const location = { ...origin, path };
  if (error.code === 'features-mismatch') {
    const args = error.args as { expected: number; actual: number };
    return new VggError(
      'features-mismatch',
      { ...args, path, input, image: lastImage(node, byPath) },
      location,
    );
  }
  if (error.code === 'channels-mismatch') {
    const args = error.args as { expected: number; actual: number };
    return new VggError('channels-mismatch', { ...args, path }, location);
  }
  return error.at(location);
}

/** The node that gives the first input; undefined where that is the network's, or where there is none. */
export const firstProducer = (
  { inputs: [first] }: GraphNode,
  byPath: ReadonlyMap<string, ResolvedNode>,
): ResolvedNode | undefined => (first === undefined ? undefined : byPath.get(producerOf(first)));

/** The nearest N×C×H×W upstream along first inputs. */
function lastImage(node: GraphNode, byPath: ReadonlyMap<string, ResolvedNode>): Shape | undefined {
  let before = firstProducer(node, byPath);
  while (before && before.output.length !== 4) {
    if (before.inputs[0]?.length === 4) return before.inputs[0];
    before = firstProducer(before.node, byPath);
  }
  return before?.output;
}
