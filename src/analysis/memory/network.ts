import { VggError } from '../../core/errors/error.ts';
import { inputReference, producerOf, resultReference } from '../../graph/graph.ts';
import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';
import type { ElementType } from '../../layers/shared/operators.ts';
import { stretches, type Checkpointing, type Stretch } from './checkpointing.ts';
import type { Tape } from './tape.ts';
import { deaths } from './lifetimes.ts';
import { InEval } from './in-eval.ts';
import { Segment } from './segment.ts';
import type { Leaf, Tensor } from './tensor.ts';

type Values = Map<string, Tensor>;

/** A network on the simulated device: its weights, and the order in which its values die. */
export class Network {
  readonly leaves: Leaf[] = [];
  /** Paths of the outputs that this mode computes; the first is the main one. */
  readonly outputs: readonly string[];
  readonly #tape: Tape;
  readonly #nodes: readonly ResolvedNode[];
  readonly #weights = new Map<string, Readonly<Record<string, Tensor>>>();
  readonly #inputs: readonly string[];
  /** For each node, the values that die after it. */
  readonly #deaths: readonly (readonly string[])[];

  readonly #checkpointed: readonly Stretch[];

  constructor(tape: Tape, { graph, nodes }: ResolvedGraph, type: ElementType, checkpointing?: Checkpointing) {
    this.#tape = tape;
    // The graph's own array where nothing is left out: what is known of it need not be found again at every size.
    const leavesOut = !tape.training && graph.nodes.some(({ trainingOnly }) => trainingOnly);
    const running = leavesOut ? graph.nodes.filter(({ trainingOnly }) => !trainingOnly) : graph.nodes;
    this.#nodes = leavesOut ? nodes.filter(({ node }) => !node.trainingOnly) : nodes;
    const present = new Set(running.map(({ path }) => path));
    this.outputs = graph.outputs.filter((reference) => present.has(producerOf(reference)));
    this.#inputs = graph.inputs.map(inputReference);
    const results = this.#nodes.map(({ outputs }) => outputs.length);
    this.#deaths = deaths(running, results, this.#inputs, this.outputs);
    this.#checkpointed = checkpointing === undefined ? [] : stretches(running, checkpointing);
    // Weights of layers that run only in training are on the device in every mode.
    for (const node of nodes) this.#allocateWeights(node, type);
  }

  /** Runs the network on a batch, a tensor for each input, and returns the outputs, which the caller must release. */
  forward(batch: readonly Tensor[]): Tensor[] {
    // Variables of this pass: an operator in place gives them a history.
    const values: Values = new Map(this.#inputs.map((name, i) => [name, this.#tape.alias(batch[i]!)]));
    let i = 0;
    for (const stretch of this.#checkpointed) {
      this.#runStretch(values, { first: i, last: stretch.first - 1 });
      this.#runCheckpointed(values, stretch);
      i = stretch.last + 1;
    }
    this.#runStretch(values, { first: i, last: this.#nodes.length - 1 });
    return this.outputs.map((path) => values.get(path)!);
  }

  #runStretch(values: Values, { first, last }: Stretch): void {
    for (let i = first; i <= last; i++) {
      const resolved = this.#nodes[i]!;
      const { path, inputs } = resolved.node;
      const read = inputs.map((input) => values.get(input)!);
      this.#execute(resolved, read).forEach((result, index) => {
        values.set(resultReference(path, index), result);
      });
      for (const dead of this.#deaths[i]!) {
        // A second run of a stretch never had the values that only earlier layers read.
        const tensor = values.get(dead);
        if (tensor) this.#tape.release(tensor);
        values.delete(dead);
      }
    }
  }

  /** Runs a stretch of which only the inputs are kept; the backward pass runs it again. */
  #runCheckpointed(values: Values, stretch: Stretch): void {
    const tape = this.#tape;
    const inputs = this.#inputsOf(stretch).map((path) => [path, values.get(path)!] as const);
    const segment = new Segment(tape.ledger, () => {
      const again: Values = new Map(inputs.map(([path, tensor]) => [path, tape.alias(tensor)]));
      tape.segment = segment;
      this.#runStretch(again, stretch);
      tape.segment = undefined;
      for (const tensor of again.values()) tape.release(tensor);
      tape.leaveAutocast();
    });
    segment.keepInputs(inputs.map(([, { storage }]) => storage));
    tape.segment = segment;
    this.#runStretch(values, stretch);
    tape.segment = undefined;
  }

  /** Values from before the stretch that it reads. */
  #inputsOf({ first, last }: Stretch): string[] {
    const nodes = this.#nodes.slice(first, last + 1);
    const inside = new Set(nodes.map(({ node }) => node.path));
    const read = new Set(nodes.flatMap(({ node }) => node.inputs));
    return [...read].filter((reference) => !inside.has(producerOf(reference)));
  }

  #execute({ node, layer, attributes, output }: ResolvedNode, inputs: readonly Tensor[]): readonly Tensor[] {
    this.#tape.ledger.path = node.path;
    const weights = this.#weights.get(node.sharesWeightsOf ?? node.path) ?? {};
    let given: Tensor | readonly Tensor[];
    try {
      const operators = node.inEval ? new InEval(this.#tape) : this.#tape;
      given = layer.execute(operators, { attributes, inputs, weights, output }) as Tensor | readonly Tensor[];
    } catch (error) {
      throw error instanceof VggError ? error.at({ path: node.path }) : error;
    }
    // What hands on an input or a weight gives another variable for it.
    const own = new Set([...inputs, ...Object.values(weights)]);
    const results = 'storage' in given ? [given] : given;
    return results.map((result) => (own.has(result) ? this.#tape.retain(result) : result));
  }

  #allocateWeights({ node, weights, ownsWeights }: ResolvedNode, type: ElementType): void {
    if (!ownsWeights || weights.length === 0) return;
    this.#tape.ledger.path = node.path;
    const tensors: Record<string, Tensor> = {};
    for (const { name, shape, buffer, frozen, integer, bool } of weights) {
      if (buffer) {
        tensors[name] = this.#tape.constant(shape, integer ? 'int64' : bool ? 'bool' : type, 'buffers');
      } else if (frozen) {
        tensors[name] = this.#tape.constant(shape, type, 'parameters');
      } else {
        const parameter = this.#tape.parameter(shape, type);
        this.leaves.push(parameter.leaf);
        tensors[name] = parameter.tensor;
      }
    }
    this.#weights.set(node.path, tensors);
  }
}
