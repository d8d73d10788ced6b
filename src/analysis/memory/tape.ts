import { elements, type Shape } from '../../graph/shape.ts';
import type { ElementType, GradientKind, Operator, Operators, Value } from '../../layers/operators.ts';
import { BYTES, type Category, type Ledger, type Storage } from './storage.ts';
import type { BackwardNode, Edge, Leaf, Tensor } from './tensor.ts';

export interface TapeOptions {
  readonly training: boolean;
  /** Autocast's low precision; undefined when every operator runs in the type that comes in. */
  readonly autocast?: ElementType | undefined;
}

/** Weights come last in this order, so that they are ready at once. */
const LEAF_SEQUENCE = Number.MAX_SAFE_INTEGER;

export const bytesOf = ({ shape, type }: Value): number => elements(shape) * BYTES[type];

/** Runs operators on simulated tensors: allocates results, records the autograd graph, keeps what it must. */
export class Tape implements Operators {
  readonly ledger: Ledger;
  readonly training: boolean;
  readonly #autocast: ElementType | undefined;
  /** Low-precision copies of weights, made at first use and kept until the forward pass ends. */
  readonly #casts = new Map<Tensor, Tensor>();
  #sequence = 0;
  /** False while a checkpointed segment runs forward: nothing is recorded or kept. */
  recording = true;
  /** Given to the nodes that are recorded now: computes their saved tensors again. */
  recompute: (() => void) | undefined;

  constructor(ledger: Ledger, { training, autocast }: TapeOptions) {
    this.ledger = ledger;
    this.training = training;
    this.#autocast = autocast;
  }

  /** A tensor that nothing computed: the batch, a buffer. */
  constant(shape: Shape, type: ElementType, category: Category): Tensor {
    return { shape, type, storage: this.ledger.allocate(elements(shape) * BYTES[type], category) };
  }

  /** A learnable tensor and the place of its gradient. */
  parameter(shape: Shape, type: ElementType): { tensor: Tensor; leaf: Leaf } {
    const storage = this.ledger.allocate(elements(shape) * BYTES[type], 'parameters');
    const leaf: Leaf = { weight: storage, gradient: undefined };
    const source: BackwardNode = { ...this.#node([], storage.bytes, [], []), sequence: LEAF_SEQUENCE, leaf };
    return { tensor: { shape, type, storage, source }, leaf };
  }

  run(operator: Operator): Tensor {
    const { ledger } = this;
    const given = operator.inputs as readonly Tensor[];
    const inputs = given.map((input) => this.#cast(input, operator));
    const result = this.#result(operator, inputs, given);
    const needed = this.training && inputs.some((input) => input.source !== undefined);
    const byproducts = this.#byproducts(operator, result, needed);
    const output = needed
      ? { ...result, source: this.#record(operator, inputs, given, result, byproducts) }
      : result;
    for (const block of byproducts) ledger.release(block);
    // Casts of activations live on only where they were saved; casts of weights are cached.
    inputs.forEach((input, i) => {
      if (input !== given[i] && !given[i]!.source?.leaf) this.release(input);
    });
    ledger.note();
    return output;
  }

  /** Drops the caller's reference. */
  release(tensor: Tensor): void {
    this.ledger.release(tensor.storage);
  }

  retain(tensor: Tensor): Tensor {
    this.ledger.retain(tensor.storage);
    return tensor;
  }

  /** Frees the low-precision copies of the weights, as leaving the autocast region does. */
  leaveAutocast(): void {
    for (const cast of this.#casts.values()) this.release(cast);
    this.#casts.clear();
  }

  #result(operator: Operator, inputs: readonly Tensor[], given: readonly Tensor[]): Tensor {
    const { output } = operator;
    const type = operator.resultType ?? widest(inputs);
    if ('overwrites' in output) {
      const target = inputs[given.indexOf(output.overwrites as Tensor)]!;
      this.ledger.retain(target.storage);
      return { shape: target.shape, type: target.type, storage: target.storage };
    }
    if ('viewOf' in output) {
      const target = inputs[given.indexOf(output.viewOf as Tensor)]!;
      this.ledger.retain(target.storage);
      return { shape: output.shape, type: target.type, storage: target.storage };
    }
    return {
      shape: output,
      type,
      storage: this.ledger.allocate(elements(output) * BYTES[type], 'temporaries'),
    };
  }

  #record(
    operator: Operator,
    inputs: readonly Tensor[],
    given: readonly Tensor[],
    result: Tensor,
    byproducts: readonly Storage[],
  ): BackwardNode {
    const edges = inputs.flatMap((input, i): Edge[] => {
      const gradient: GradientKind = operator.gradients?.[i] ?? 'new';
      if (!input.source || gradient === 'none') return [];
      return [{ to: input.source, gradient, bytes: bytesOf(input) }];
    });
    const saved = this.#saved(operator, inputs, given, result);
    saved.push(...byproducts);
    const kept = this.recording ? saved : [];
    for (const storage of kept) this.ledger.keep(storage);
    const scratch = (operator.backwardScratch ?? []).map((shape) => elements(shape) * BYTES[result.type]);
    return this.#node(edges, bytesOf(result), scratch, kept);
  }

  #saved(
    { saves = [] }: Operator,
    inputs: readonly Tensor[],
    given: readonly Tensor[],
    result: Tensor,
  ): Storage[] {
    const used = (value: Value) => inputs[given.indexOf(value as Tensor)]!;
    return saves.flatMap((save) => {
      if (save === 'result') return [result.storage];
      if (!('neededFor' in save)) return [used(save).storage];
      return used(save.neededFor).source ? [used(save.value).storage] : [];
    });
  }

  #byproducts({ byproducts = [] }: Operator, result: Tensor, needed: boolean): Storage[] {
    return byproducts.flatMap(({ shape, type = result.type, onlyForBackward, neededFor }) => {
      if (onlyForBackward && !needed) return [];
      if (neededFor && !(neededFor as Tensor).source) return [];
      return [this.ledger.allocate(elements(shape) * BYTES[type], 'temporaries')];
    });
  }

  /** The input in the type that autocast wants for this operator; copies of weights are cached. */
  #cast(input: Tensor, { autocast }: Operator): Tensor {
    const wanted = this.#wantedType(input, autocast);
    if (wanted === input.type) return input;
    const cached = this.#casts.get(input);
    if (cached) return cached;
    const cast = {
      ...input,
      type: wanted,
      storage: this.ledger.allocate(elements(input.shape) * BYTES[wanted], 'temporaries'),
    };
    const source =
      input.source && this.training
        ? this.#node([{ to: input.source, gradient: 'new', bytes: bytesOf(input) }], bytesOf(cast), [], [])
        : undefined;
    const result: Tensor = { ...cast, source };
    if (input.source?.leaf) this.#casts.set(input, result);
    return result;
  }

  #wantedType({ type }: Tensor, autocast: Operator['autocast']): ElementType {
    if (this.#autocast === undefined || type === 'int64' || type === 'bool') return type;
    if (autocast === 'lower') return this.#autocast;
    return autocast ?? type;
  }

  #node(
    edges: readonly Edge[],
    resultBytes: number,
    scratch: readonly number[],
    saved: Storage[],
  ): BackwardNode {
    const { path } = this.ledger;
    return {
      sequence: this.#sequence++,
      path,
      edges,
      resultBytes,
      scratch,
      saved,
      waiting: 0,
      incoming: undefined,
      recompute: this.recompute,
    };
  }
}

function widest(inputs: readonly Value[]): ElementType {
  return inputs.some(({ type }) => type === 'float32') ? 'float32' : inputs[0]!.type;
}
