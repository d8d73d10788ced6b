import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import type { ElementType, GradientKind, Operator, Operators, Value } from '../../layers/shared/operators.ts';
import type { Segment } from './segment.ts';
import { BYTES, type Category, type Ledger, type Storage } from './storage.ts';
import type { BackwardNode, Computed, Edge, Leaf, Tensor } from './tensor.ts';

export interface TapeOptions {
  readonly training: boolean;
  /** Autocast's low precision; undefined when every operator runs in the type that comes in. */
  readonly autocast?: ElementType | undefined;
}

/** Weights come last in this order, so that they are ready at once. */
const LEAF_SEQUENCE = Number.MAX_SAFE_INTEGER;

const bytesOf = ({ shape, type }: Value): number => elements(shape) * BYTES[type];

/** Runs operators on simulated tensors: allocates results, records the autograd graph, keeps what it must. */
export class Tape implements Operators {
  readonly ledger: Ledger;
  readonly training: boolean;
  readonly #autocast: ElementType | undefined;
  /** Low-precision copies of weights, made at first use and kept until the forward pass ends. */
  readonly #casts = new Map<Tensor, Tensor>();
  #sequence = 0;
  /** The checkpointed stretch that is running, for the first or the second time. */
  segment: Segment | undefined;

  constructor(ledger: Ledger, { training, autocast }: TapeOptions) {
    this.ledger = ledger;
    this.training = training;
    this.#autocast = autocast;
  }

  /** A tensor that nothing computed: the batch, a buffer. */
  constant(shape: Shape, type: ElementType, category: Category): Tensor {
    const storage = this.ledger.allocate(elements(shape) * BYTES[type], category);
    return { shape, type, storage, holders: 1 };
  }

  /** A learnable tensor and the place of its gradient. */
  parameter(shape: Shape, type: ElementType): { tensor: Tensor; leaf: Leaf } {
    const storage = this.ledger.allocate(elements(shape) * BYTES[type], 'parameters');
    const leaf: Leaf = { weight: storage, gradient: undefined };
    const source: BackwardNode = { ...this.#node([], storage.bytes), sequence: LEAF_SEQUENCE, leaf };
    source.holders = 1;
    return { tensor: { shape, type, storage, source, holders: 1 }, leaf };
  }

  run(operator: Operator): Tensor {
    const given = operator.inputs as readonly Tensor[];
    if (this.segment?.stopped) return this.#nothing(operator);
    const inputs = this.#casted(given, operator);
    const needed = this.training && inputs.some((input) => input.source !== undefined);
    if (this.#stopsHere(operator, needed)) {
      this.segment!.supply(this.#saved(operator, inputs, given));
      return this.#nothing(operator);
    }
    const result = this.#result(operator, inputs, given);
    const byproducts = this.#byproducts(operator, result, needed);
    if (needed) this.#attach(result, this.#record(operator, inputs, given, result, byproducts));
    for (const block of byproducts) this.ledger.release(block);
    // Casts of activations live on only where they were saved; casts of weights are cached.
    inputs.forEach((input, i) => {
      if (input !== given[i] && !given[i]!.source?.leaf) this.release(input);
    });
    this.ledger.note();
    return result;
  }

  /** Drops the caller's reference. A tensor that nothing holds any more lets no backward pass into its history. */
  release(tensor: Tensor): void {
    this.ledger.release(tensor.storage);
    this.#unhold(tensor);
  }

  #unhold(tensor: Tensor): void {
    if (--tensor.holders > 0) return;
    if (tensor.source) this.#drop(tensor.source);
    if (tensor.base) this.#unhold(tensor.base);
  }

  retain(tensor: Tensor): Tensor {
    this.ledger.retain(tensor.storage);
    tensor.holders++;
    return tensor;
  }

  /** The same tensor as a variable with a history of its own. */
  alias(tensor: Tensor): Tensor {
    this.ledger.retain(tensor.storage);
    if (tensor.source) tensor.source.holders++;
    if (tensor.base) tensor.base.holders++;
    return { ...tensor, holders: 1 };
  }

  /** Frees what nodes keep that nothing leads to any more. */
  #drop(start: BackwardNode): void {
    const stack = [start];
    for (let node = stack.pop(); node; node = stack.pop()) {
      // Once only, however many ways lead to it.
      if (node.unreachable || --node.holders > 0 || node.leaf) continue;
      node.unreachable = true;
      for (const storage of node.saved) this.ledger.unkeep(storage);
      node.saved = [];
      node.afterwards?.();
      node.afterwards = undefined;
      stack.push(...node.edges.map(({ to }) => to));
    }
  }

  #giveSource(tensor: Tensor, node: BackwardNode): void {
    node.holders++;
    const before = tensor.source;
    tensor.source = node;
    if (before) this.#drop(before);
  }

  /** Frees the low-precision copies of the weights, as leaving the autocast region does. */
  leaveAutocast(): void {
    for (const cast of this.#casts.values()) this.release(cast);
    this.#casts.clear();
  }

  #result(operator: Operator, inputs: readonly Tensor[], given: readonly Tensor[]): Tensor {
    const { output } = operator;
    const widened = this.#autocast !== undefined && operator.autocast === 'float32Result';
    const type = operator.resultType ?? (widened ? 'float32' : widest(inputs));
    if ('overwrites' in output) {
      return inputs[given.indexOf(output.overwrites as Tensor)]!;
    }
    if ('viewOf' in output) {
      const target = inputs[given.indexOf(output.viewOf as Tensor)]!;
      const { type, storage, base = target } = target;
      this.ledger.retain(storage);
      const view = { shape: output.shape, type, storage, holders: 1 };
      if (output.unsafe) return view;
      base.holders++;
      return { ...view, base };
    }
    return {
      shape: output,
      type,
      storage: this.ledger.allocate(elements(output) * BYTES[type], 'temporaries'),
      holders: 1,
    };
  }

  #record(
    operator: Operator,
    inputs: readonly Tensor[],
    given: readonly Tensor[],
    result: Tensor,
    byproducts: readonly Storage[],
  ): BackwardNode {
    const overwroteView = result.base !== undefined && inputs.includes(result);
    const edges = inputs.flatMap((input, i): Edge[] => {
      const gradient: GradientKind = operator.gradients?.[i] ?? 'new';
      if (!input.source || gradient === 'none') return [];
      const scratch = operator.backwardScratch?.[i] ?? [];
      return [
        {
          to: overwroteView && input === result ? result.base!.source! : input.source,
          gradient,
          bytes: bytesOf(input),
          computed: computedAs(gradient, input, inputs[i === 0 ? 1 : 0], result),
          scratch: scratch.map((shape) => elements(shape) * BYTES[result.type]),
          ...(overwroteView && input === result && { toBase: true }),
        },
      ];
    });
    const node = { ...this.#node(edges, bytesOf(result)), ...(overwroteView && { overwroteView }) };
    this.#keep(node, [...this.#saved(operator, inputs, given, result), ...byproducts]);
    return node;
  }

  /** The result's gradient comes to this node; where a view was overwritten, by way of the tensor that it looks into. */
  #attach(result: Tensor, node: BackwardNode): void {
    if (!node.overwroteView) {
      this.#giveSource(result, node);
      return;
    }
    this.#giveSource(result.base!, node);
    const bytes = bytesOf(result);
    const edge = { gradient: 'strided', bytes, scratch: [] } as const;
    this.#giveSource(result, this.#node([{ to: node, ...edge }], bytes));
  }

  #keep(node: BackwardNode, saved: Storage[]): void {
    if (saved.length === 0) return;
    if (this.segment?.runningAgain) {
      this.segment.supply(saved);
    } else if (this.segment) {
      this.segment.postpone(node);
    } else {
      for (const storage of saved) this.ledger.keep(storage);
      node.saved = saved;
    }
  }

  /** The last operator of a second run need not compute when all that it keeps are its inputs. */
  #stopsHere({ saves = [], byproducts = [] }: Operator, needed: boolean): boolean {
    if (!needed || !this.segment?.awaitsLast || saves.length === 0) return false;
    return byproducts.length === 0 && !saves.includes('result');
  }

  /** What an operator gives that is not run any more: no memory. */
  #nothing({ inputs, output }: Operator): Tensor {
    const shape =
      'overwrites' in output ? output.overwrites.shape : 'viewOf' in output ? output.shape : output;
    const { type, source } = inputs[0] as Tensor;
    if (source) source.holders++;
    return { type, source, shape, storage: this.ledger.allocate(0, 'temporaries'), holders: 1 };
  }

  #saved(
    { saves = [] }: Operator,
    inputs: readonly Tensor[],
    given: readonly Tensor[],
    result?: Tensor,
  ): Storage[] {
    const used = (value: Value) => inputs[given.indexOf(value as Tensor)]!;
    return saves.flatMap((save) => {
      if (save === 'result') return [result!.storage];
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

  /** The last input first, as the compiler orders the arguments of the call in at::autocast::WrapFunction. */
  #casted(given: readonly Tensor[], operator: Operator): readonly Tensor[] {
    if (this.#autocast === undefined) return given;
    return given
      .toReversed()
      .map((input) => this.#cast(input, operator))
      .reverse();
  }

  /** The input in the type that autocast wants for this operator; copies of weights are cached. */
  #cast(input: Tensor, { autocast }: Operator): Tensor {
    const wanted = this.#wantedType(input, autocast);
    if (wanted === input.type) return input;
    const cached = this.#casts.get(input);
    if (cached) return cached;
    // A tensor of its own: what the input looks into is none of its business.
    const cast = {
      shape: input.shape,
      type: wanted,
      storage: this.ledger.allocate(elements(input.shape) * BYTES[wanted], 'temporaries'),
    };
    const bytes = bytesOf(input);
    const edge = { gradient: 'new', bytes, scratch: [] } as const;
    const source =
      input.source && this.training ? this.#node([{ to: input.source, ...edge }], bytesOf(cast)) : undefined;
    if (source) source.holders = 1;
    const result: Tensor = { ...cast, source, holders: 1 };
    if (input.source?.leaf) this.#casts.set(input, result);
    return result;
  }

  #wantedType({ type }: Tensor, autocast: Operator['autocast']): ElementType {
    if (this.#autocast === undefined || type === 'int64' || type === 'bool') return type;
    if (autocast === 'lower') return this.#autocast;
    return autocast === 'float32' ? 'float32' : type;
  }

  #node(edges: readonly Edge[], resultBytes: number): BackwardNode {
    const { path } = this.ledger;
    for (const { to } of edges) to.holders++;
    return {
      holders: 0,
      sequence: this.#sequence++,
      path,
      edges,
      resultBytes,
      saved: [],
      waiting: 0,
      incoming: undefined,
    };
  }
}

/** The formula's type is the incoming gradient's, for a product the wider one of that and the other factor's. */
function computedAs(
  kind: GradientKind,
  input: Tensor,
  other: Tensor | undefined,
  result: Tensor,
): Computed | undefined {
  const type = kind === 'product' ? widest([result, other ?? input]) : result.type;
  if (type === input.type) return undefined;
  return { product: elements(result.shape) * BYTES[type], summed: elements(input.shape) * BYTES[type] };
}

function widest(inputs: readonly Value[]): ElementType {
  return inputs.some(({ type }) => type === 'float32') ? 'float32' : inputs[0]!.type;
}
