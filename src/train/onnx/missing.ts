import { VggError } from '../../core/errors/error.ts';
import type { Tensor } from '../../onnx/graph.ts';
import type { OnnxModel, OnnxNode } from '../../onnx/model.ts';
import type { Target } from './targets/target.ts';

/**
 * The operator that keeps a graph from the target: onnxruntime says that there is one, not which. Each kind of node is
 * tried in a graph of its own with `open`, until one fails in the way that `lacking` knows.
 */
export async function findMissing(
  model: OnnxModel,
  { name: target }: Target,
  open: (part: OnnxModel) => Promise<void>,
  lacking: (error: unknown) => boolean,
): Promise<VggError | undefined> {
  const known = new Map<string, Tensor>(
    [...model.initializers, ...model.inputs, ...model.tensors.values()].map((tensor) => [
      tensor.name,
      tensor,
    ]),
  );
  const tried = new Set<string>();
  for (const node of model.nodes) {
    const kind = kindOf(node, known);
    if (tried.has(kind)) continue;
    tried.add(kind);
    try {
      await open(alone(model, node, known));
    } catch (error) {
      if (!lacking(error)) continue;
      const { operator, inputs } = node;
      const type = known.get(inputs[0] ?? '')?.type ?? 'float32';
      return new VggError('operator-missing', { target, operator, type, node: node.name });
    }
  }
  return undefined;
}

/** What decides whether an operator is there: its arguments, and the types and ranks of its inputs. */
function kindOf(
  { domain, operator, attributes, inputs, outputs }: OnnxNode,
  known: ReadonlyMap<string, Tensor>,
) {
  const types = inputs.map((name) => [known.get(name)?.type, known.get(name)?.shape.length]);
  return JSON.stringify([domain, operator, attributes, types, outputs.length]);
}

function alone(model: OnnxModel, node: OnnxNode, known: ReadonlyMap<string, Tensor>): OnnxModel {
  const read = new Set(node.inputs.filter((name) => name !== ''));
  const initializers = model.initializers.filter(({ name }) => read.has(name));
  for (const { name } of initializers) read.delete(name);
  return {
    ...model,
    nodes: [node],
    initializers,
    inputs: [...read].map((name) => known.get(name)!),
    outputs: node.outputs.map((name) => known.get(name)!),
  };
}
