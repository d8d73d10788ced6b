import { elements } from '../../core/arithmetic.ts';
import { contiguousStrides, type Layout } from '../../core/layout.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import type {
  ElementType,
  GradientKind,
  Operator,
  Operators,
  Value,
  View,
} from '../../layers/shared/operators.ts';
import { newLayout } from './new-layout.ts';
import type { Segment } from './segment.ts';
import { BYTES, type Category, type Ledger, type Storage } from './storage.ts';
import type { BackwardNode, Computed, Edge, Leaf, Result, Tensor } from './tensor.ts';

export interface TapeOptions {
  readonly training: boolean;
  /** Autocast's low precision; undefined when every operator runs in the type that comes in. */
  readonly autocast?: ElementType | undefined;
}

/** Weights come last in this order, so that they are ready at once. */
const LEAF_SEQUENCE = Number.MAX_SAFE_INTEGER;

const bytesOf = ({ shape, type }: Value): number => elements(shape) * BYTES[type];

const resultOf = (value: Value): Result => ({
  shape: value.shape,
  strides: value.strides,
  bytes: bytesOf(value),
});

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
    return { shape, strides: contiguousStrides(shape), type, storage, slot: 0, holders: 1 };
  }

  /** A learnable tensor and the place of its gradient. */
  parameter(shape: Shape, type: ElementType): { tensor: Tensor; leaf: Leaf } {
    const storage = this.ledger.allocate(elements(shape) * BYTES[type], 'parameters');
    const leaf: Leaf = { weight: storage, gradient: undefined };
    const layout = { shape, strides: contiguousStrides(shape) };
    const result = { ...layout, bytes: storage.bytes };
    const source: BackwardNode = { ...this.#node([], [result]), sequence: LEAF_SEQUENCE, leaf };
    source.holders = 1;
    return { tensor: { ...layout, type, storage, source, slot: 0, holders: 1 }, leaf };
  }

  run(operator: Operator): Tensor {
    return this.runAll(operator)[0];
  }

  runAll(operator: Operator): readonly [Tensor, ...Tensor[]] {
    const given = operator.inputs as readonly Tensor[];
    if (this.segment?.stopped) return this.#nothing(operator);
    const inputs = this.#casted(given, operator);
    const needed = this.training && inputs.some((input) => input.source !== undefined);
    if (this.#stopsHere(operator, needed)) {
      this.segment!.supply(this.#saved(operator, inputs, given));
      return this.#nothing(operator);
    }
    const results = this.#results(operator, inputs, given);
    const byproducts = this.#byproducts(operator, results[0], needed);
    if (needed) this.#attach(results, this.#record(operator, inputs, given, results, byproducts));
    for (const block of byproducts) this.ledger.release(block);
    // Casts of activations live on only where they were saved; casts of weights are cached.
    inputs.forEach((input, i) => {
      if (input !== given[i] && !given[i]!.source?.leaf) this.release(input);
    });
    this.ledger.note();
    return results;
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

  #giveSource(tensor: Tensor, node: BackwardNode, slot = 0): void {
    node.holders++;
    const before = tensor.source;
    tensor.source = node;
    tensor.slot = slot;
    if (before) this.#drop(before);
  }

  /** Frees the low-precision copies of the weights, as leaving the autocast region does. */
  leaveAutocast(): void {
    for (const cast of this.#casts.values()) this.release(cast);
    this.#casts.clear();
  }

  #results(
    operator: Operator,
    inputs: readonly Tensor[],
    given: readonly Tensor[],
  ): readonly [Tensor, ...Tensor[]] {
    const { output, others = [] } = operator;
    const inPlace = (value: Value) => inputs[given.indexOf(value as Tensor)]!;
    const widened = this.#autocast !== undefined && operator.autocast === 'float32Result';
    const type = operator.resultType ?? (widened ? 'float32' : widest(inputs));
    const of = (result: View | (Layout & { type?: ElementType | undefined })): Tensor =>
      'viewOf' in result
        ? this.#view(result, inPlace(result.viewOf))
        : this.#made(result, result.type ?? type);
    if ('overwrites' in output) return [inPlace(output.overwrites)];
    const first = 'viewOf' in output ? output : newLayout(operator, output, inputs);
    return [
      of(first),
      ...others.map((other) => of('viewOf' in other ? other : { ...newLayout(operator, other.shape, inputs), type: other.type })),
    ];
  }

  #made({ shape, strides }: Layout, type: ElementType): Tensor {
    const storage = this.ledger.allocate(elements(shape) * BYTES[type], 'temporaries');
    return { shape, strides, type, storage, slot: 0, holders: 1 };
  }

  #view({ shape, strides, unsafe }: View, target: Tensor): Tensor {
    const { type, storage, base = target } = target;
    this.ledger.retain(storage);
    const view = { shape, strides, type, storage, slot: 0, holders: 1 };
    if (unsafe) return view;
    base.holders++;
    return { ...view, base };
  }

  #record(
    operator: Operator,
    inputs: readonly Tensor[],
    given: readonly Tensor[],
    results: readonly [Tensor, ...Tensor[]],
    byproducts: readonly Storage[],
  ): BackwardNode {
    const [result] = results;
    const overwroteView = result.base !== undefined && inputs.includes(result);
    const edges = inputs.flatMap((input, i): Edge[] => {
      const gradient: GradientKind = operator.gradients?.[i] ?? 'new';
      if (!input.source || gradient === 'none') return [];
      const scratch = operator.backwardScratch?.[i] ?? [];
      return [
        {
          ...sourceOf(overwroteView && input === result ? result.base! : input),
          ...gradientLayout(operator, input, result),
          gradient,
          bytes: bytesOf(input),
          computed: computedAs(gradient, input, inputs[i === 0 ? 1 : 0], result),
          scratch: scratch.map((shape) => elements(shape) * BYTES[result.type]),
          ...(overwroteView && input === result && { toBase: true }),
        },
      ];
    });
    const node = { ...this.#node(edges, results.map(resultOf)), ...(overwroteView && { overwroteView }) };
    this.#keep(node, [...this.#saved(operator, inputs, given, results), ...byproducts]);
    return node;
  }

  /** The results' gradients come to this node; where a view was overwritten, by way of the tensor that it looks into. */
  #attach(results: readonly [Tensor, ...Tensor[]], node: BackwardNode): void {
    if (!node.overwroteView) {
      results.forEach((result, slot) => this.#giveSource(result, node, slot));
      return;
    }
    const [result] = results;
    this.#giveSource(result.base!, node);
    const edge = { slot: 0, gradient: 'strided', layout: result, bytes: bytesOf(result), scratch: [] } as const;
    this.#giveSource(result, this.#node([{ to: node, ...edge }], [resultOf(result)]));
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
  #nothing({ inputs, output, others = [] }: Operator): readonly [Tensor, ...Tensor[]] {
    const { type, source, slot } = inputs[0] as Tensor;
    const nothing = (shape: Shape): Tensor => {
      if (source) source.holders++;
      const storage = this.ledger.allocate(0, 'temporaries');
      return { type, source, slot, shape, strides: contiguousStrides(shape), storage, holders: 1 };
    };
    const shape =
      'overwrites' in output ? output.overwrites.shape : 'viewOf' in output ? output.shape : output;
    return [nothing(shape), ...others.map((other) => nothing(other.shape))];
  }

  #saved(
    { saves = [] }: Operator,
    inputs: readonly Tensor[],
    given: readonly Tensor[],
    results: readonly Tensor[] = [],
  ): Storage[] {
    const used = (value: Value) => inputs[given.indexOf(value as Tensor)]!;
    return saves.flatMap((save) => {
      if (save === 'result') return [results[0]!.storage];
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
    const layout = newLayout({}, input.shape, [input]);
    const result = this.#made(layout, wanted);
    if (input.source && this.training) {
      const edge = { gradient: 'new', layout, bytes: bytesOf(input), scratch: [] } as const;
      this.#giveSource(result, this.#node([{ ...sourceOf(input), ...edge }], [resultOf(result)]));
    }
    if (input.source?.leaf) this.#casts.set(input, result);
    return result;
  }

  #wantedType({ type }: Tensor, autocast: Operator['autocast']): ElementType {
    if (this.#autocast === undefined || type === 'int64' || type === 'bool') return type;
    if (autocast === 'lower') return this.#autocast;
    return autocast === 'float32' ? 'float32' : type;
  }

  #node(edges: readonly Edge[], results: readonly Result[]): BackwardNode {
    const { path } = this.ledger;
    for (const { to } of edges) to.holders++;
    return {
      holders: 0,
      sequence: this.#sequence++,
      path,
      edges,
      results,
      saved: [],
      waiting: 0,
      incoming: [],
    };
  }
}

const sourceOf = ({ source, slot }: Tensor) => ({ to: source!, slot });

/** A gradient of its own lies as its input does; of an operator over elements, as what came in for the result. */
function gradientLayout(operator: Operator, { shape, strides }: Layout, result: Layout) {
  const contiguous = operator.layout === 'contiguous';
  const layout = newLayout(contiguous ? operator : {}, shape, [{ shape, strides }]);
  return { layout, follows: !contiguous && sameShape(shape, result.shape) };
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
