import { INPUT } from '../../graph/graph.ts';
import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';
import type { ElementType } from '../../layers/operators.ts';
import type { Tape } from './tape.ts';
import { deaths } from './lifetimes.ts';
import type { Leaf, Tensor } from './tensor.ts';

/** A network on the simulated device: its weights, and the order in which its values die. */
export class Network {
  readonly leaves: Leaf[] = [];
  /** Paths of the outputs that this mode computes; the first is the main one. */
  readonly outputs: readonly string[];
  readonly #tape: Tape;
  readonly #nodes: readonly ResolvedNode[];
  readonly #weights = new Map<string, Readonly<Record<string, Tensor>>>();
  /** For each node, the values that die after it. */
  readonly #deaths: readonly (readonly string[])[];

  constructor(tape: Tape, { graph, nodes }: ResolvedGraph, type: ElementType) {
    this.#tape = tape;
    this.#nodes = nodes.filter(({ node }) => tape.training || !node.trainingOnly);
    const present = new Set(this.#nodes.map(({ node }) => node.path));
    this.outputs = graph.outputs.filter((path) => present.has(path));
    this.#deaths = deaths(
      this.#nodes.map(({ node }) => node),
      this.outputs,
    );
    // Weights of layers that run only in training are on the device in every mode.
    for (const node of nodes) this.#allocateWeights(node, type);
  }

  /** Runs the network on a batch and returns the outputs, which the caller must release. */
  forward(batch: Tensor): Tensor[] {
    const values = new Map([[INPUT, this.#tape.retain(batch)]]);
    this.#nodes.forEach((resolved, i) => {
      const { path, inputs } = resolved.node;
      values.set(
        path,
        this.#execute(
          resolved,
          inputs.map((input) => values.get(input)!),
        ),
      );
      for (const dead of this.#deaths[i]!) {
        this.#tape.release(values.get(dead)!);
        values.delete(dead);
      }
    });
    return this.outputs.map((path) => values.get(path)!);
  }

  #execute({ node, layer, attributes, output }: ResolvedNode, inputs: readonly Tensor[]): Tensor {
    this.#tape.ledger.path = node.path;
    const weights = this.#weights.get(node.sharesWeightsOf ?? node.path) ?? {};
    return layer.execute(this.#tape, { attributes, inputs, weights, output }) as Tensor;
  }

  #allocateWeights({ node, weights, ownsWeights }: ResolvedNode, type: ElementType): void {
    if (!ownsWeights || weights.length === 0) return;
    this.#tape.ledger.path = node.path;
    const tensors: Record<string, Tensor> = {};
    for (const { name, shape, buffer, integer } of weights) {
      if (buffer) {
        tensors[name] = this.#tape.constant(shape, integer ? 'int64' : type, 'buffers');
      } else {
        const parameter = this.#tape.parameter(shape, type);
        this.leaves.push(parameter.leaf);
        tensors[name] = parameter.tensor;
      }
    }
    this.#weights.set(node.path, tensors);
  }
}
