import { VggError } from '../core/errors/error.ts';
import { parseAttributes } from '../layers/shared/attributes.ts';
import type { AttributesInput, AttributesSchema, LayerKind } from '../layers/layer.ts';
import type { Origin } from '../core/origin.ts';
import { inputReference, producerOf, type Graph, type GraphNode } from './graph.ts';

export interface AddOptions {
  /** The results that it reads: those of the node added last when left out. */
  readonly from?: string | readonly string[];
  readonly sharesWeightsOf?: string;
  readonly without?: readonly string[];
  /** Path of a node that is added later. */
  readonly heldUntil?: string;
  readonly givesClasses?: boolean;
  readonly origin?: Origin | undefined;
}

/** Nodes beyond this are refused, so that no spec can make the tool run out of memory. */
const MAX_NODES = 100_000;

/** Collects nodes in topological order. `last` is where the next node goes unless told otherwise. */
export class GraphBuilder {
  last: string;
  /** Nodes added while this is set run only in training. */
  trainingOnly = false;
  /** The weights of nodes added while this is set are not learned. */
  frozen = false;
  readonly #nodes = new Map<string, GraphNode>();
  readonly #inputs: ReadonlySet<string>;

  /** `inputs` are the names of what goes in, the main one first. */
  constructor(inputs: readonly [string, ...string[]] = ['input']) {
    const references = inputs.map((name) => inputReference({ name }));
    this.#inputs = new Set(references);
    this.last = references[0]!;
  }

  /**
   * Appends a node and returns its path.
   * Throws `bad-attribute` and its kin when the attributes do not fit the kind's schema, `duplicate-path`,
   * `unknown-layer` when an input does not exist yet.
   */
  add<S extends AttributesSchema>(
    path: string,
    kind: LayerKind<S>,
    attributes: AttributesInput<S>,
    options: AddOptions = {},
  ): string {
    const reads = kind.takes?.most !== 0;
    const {
      from = reads ? this.last : [],
      sharesWeightsOf,
      without,
      heldUntil,
      givesClasses,
      origin,
    } = options;
    const inputs = typeof from === 'string' ? [from] : [...from];
    const location = { ...origin, path };
    if (this.has(path)) throw new VggError('duplicate-path', { path }, location);
    for (const name of inputs) {
      if (this.has(name)) continue;
      const known = [...this.#inputs, ...this.#nodes.keys()];
      throw new VggError('unknown-layer', { name, known }, location);
    }
    // An input has no weights, nor has one result of several.
    if (sharesWeightsOf !== undefined && !this.#nodes.has(sharesWeightsOf))
      throw new VggError(
        'unknown-layer',
        { name: sharesWeightsOf, known: [...this.#nodes.keys()] },
        location,
      );
    if (this.#nodes.size >= MAX_NODES) throw new VggError('too-many-layers', { limit: MAX_NODES }, location);
    this.#nodes.set(path, {
      path,
      kind: kind.kind,
      attributes: parseAttributes(kind, attributes, location),
      inputs,
      // The owner, where that layer shares another's itself.
      ...(sharesWeightsOf !== undefined && {
        sharesWeightsOf: this.#nodes.get(sharesWeightsOf)?.sharesWeightsOf ?? sharesWeightsOf,
      }),
      ...(without && { without }),
      ...(heldUntil !== undefined && { heldUntil }),
      ...(givesClasses && { givesClasses: true as const }),
      ...(this.frozen && { frozen: true as const }),
      ...(this.trainingOnly && { trainingOnly: true as const }),
      ...(origin && { origin }),
    });
    // What reads nothing stands beside the chain.
    if (reads) this.last = path;
    return path;
  }

  /** Keeps what a node gives until another has run, which may come later: a variable of the code around both. */
  hold(path: string, heldUntil: string): void {
    const node = this.#nodes.get(path);
    if (node) this.#nodes.set(path, { ...node, heldUntil });
  }

  /** Whether an input, a node, or the node that a result is of has been added. */
  has(reference: string): boolean {
    return this.#inputs.has(reference) || this.#nodes.has(producerOf(reference));
  }

  /** The paths of the nodes added so far. */
  paths(): Iterable<string> {
    return this.#nodes.keys();
  }

  /** The nodes added so far. */
  all(): readonly GraphNode[] {
    return [...this.#nodes.values()];
  }

  /** The graph of all that was added; the last node is the output unless `outputs` names others. */
  build(about: Omit<Graph, 'nodes' | 'outputs'>, outputs: readonly string[] = [this.last]): Graph {
    return { ...about, nodes: this.all(), outputs };
  }
}
