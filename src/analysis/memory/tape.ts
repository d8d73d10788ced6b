import { elements } from '../../core/arithmetic.ts';
import { contiguousStrides, type Strides } from '../../core/layout.ts';
import { sameShape, type Shape } from '../../core/shape.ts';
import type {
  ElementType,
  GradientKind,
  Operator,
  Operators,
  Scratch,
  Value,
  View,
} from '../../layers/shared/operators.ts';
import { giveSource, unhold } from './holders.ts';
import { newStrides } from './new-strides.ts';
import { computedAs, gradientStrides, newNode, NO_SCRATCH, plainEdge, widest } from './nodes.ts';
import type { Segment } from './segment.ts';
import { transformedBytes } from './workspace.ts';
import { BYTES, type Category, type Ledger, type Storage } from './storage.ts';
import type { BackwardNode, Edge, Leaf, Result, Tensor } from './tensor.ts';

export interface TapeOptions {
  readonly training: boolean;
  readonly floats: ElementType;
  /** Autocast's low precision; undefined when every operator runs in the type that comes in. */
  readonly autocast?: ElementType | undefined;
}

/** Weights come last in this order, so that they are ready at once. */
const LEAF_SEQUENCE = Number.MAX_SAFE_INTEGER;

const bytesOf = (shape: Shape, type: ElementType): number => elements(shape) * BYTES[type];
const scratchBytes = (scratch: Scratch, type: ElementType): number =>
  'shape' in scratch ? bytesOf(scratch.shape, scratch.type) : bytesOf(scratch, type);

/** Runs operators on simulated tensors: allocates results, records the autograd graph, keeps what it must. */
export class Tape implements Operators {
  readonly ledger: Ledger;
  readonly training: boolean;
  readonly floats: ElementType;
  readonly #autocast: ElementType | undefined;
  /** Low-precision copies of weights, made at first use and kept until the forward pass ends. */
  readonly #casts = new Map<Tensor, Tensor>();
  #sequence = 0;
  /** The checkpointed stretch that is running, for the first or the second time. */
  segment: Segment | undefined;

  constructor(ledger: Ledger, { training, floats, autocast }: TapeOptions) {
    this.ledger = ledger;
    this.training = training;
    this.floats = floats;
    this.#autocast = autocast;
  }

  /** A tensor that nothing computed: the batch, a buffer. */
  constant(shape: Shape, type: ElementType, category: Category): Tensor {
    return this.#made(shape, contiguousStrides(shape), type, category);
  }

  /** A learnable tensor and the place of its gradient. */
  parameter(shape: Shape, type: ElementType): { tensor: Tensor; leaf: Leaf } {
    const tensor = this.constant(shape, type, 'parameters');
    const leaf: Leaf = { weight: tensor.storage, gradient: undefined };
    tensor.source = newNode(LEAF_SEQUENCE, this.ledger.path, [], [tensor], leaf, undefined);
    tensor.source.holders = 1;
    return { tensor, leaf };
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
    this.ledger.chooseAlgorithm(transformedBytes(operator, results[0]));
    if (needed && results.some(isDifferentiable))
      this.#attach(results, this.#record(operator, inputs, given, results, byproducts));
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
    unhold(this.ledger, tensor);
  }

  /** So does the cached copy of a weight, also where no gradients are computed. Source: autocast_mode.cpp, cached_cast. */
  needsGradient(tensor: Tensor): boolean {
    return tensor.source !== undefined || [...this.#casts.values()].includes(tensor);
  }

  retain(tensor: Tensor): Tensor {
    this.ledger.retain(tensor.storage);
    tensor.holders++;
    return tensor;
  }

  lower(tensor: Tensor): Tensor {
    const cast = this.#cast(tensor, { autocast: 'lower' });
    // A copy of an activation is the caller's alone; one of a weight is the cache's as well.
    return cast === tensor || this.#casts.get(tensor) === cast ? this.retain(cast) : cast;
  }

  /** The same tensor as a variable with a history of its own. */
  alias(tensor: Tensor): Tensor {
    this.ledger.retain(tensor.storage);
    if (tensor.source) tensor.source.holders++;
    if (tensor.base) tensor.base.holders++;
    return { ...tensor, holders: 1 };
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
    if ('overwrites' in output) return [this.#overwritten(inPlace(output.overwrites))];
    const made = (shape: Shape, own: ElementType) =>
      this.#made(shape, newStrides(operator, shape, inputs), own, 'temporaries');
    const first = 'viewOf' in output ? this.#view(output, inPlace(output.viewOf)) : made(output, type);
    if (others.length === 0) return [first];
    const rest = others.map((other) =>
      'viewOf' in other ? this.#view(other, inPlace(other.viewOf)) : made(other.shape, other.type ?? type),
    );
    return [first, ...rest];
  }

  #overwritten(tensor: Tensor): Tensor {
    this.ledger.overwrite(tensor.storage);
    return tensor;
  }

  #made(shape: Shape, strides: Strides, type: ElementType, category: Category): Tensor {
    const bytes = bytesOf(shape, type);
    const storage = this.ledger.allocate(bytes, category);
    return { shape, strides, type, storage, bytes, source: undefined, slot: 0, base: undefined, holders: 1 };
  }

  #view({ shape, strides, unsafe }: View, target: Tensor): Tensor {
    const { type, storage } = target;
    const base = unsafe ? undefined : (target.base ?? target);
    this.ledger.retain(storage);
    if (base) base.holders++;
    const bytes = bytesOf(shape, type);
    return { shape, strides, type, storage, bytes, source: undefined, slot: 0, base, holders: 1 };
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
    const edges: Edge[] = [];
    inputs.forEach((input, i) => {
      const gradient: GradientKind = operator.gradients?.[i] ?? 'new';
      if (!input.source || gradient === 'none') return;
      const scratch = operator.backwardScratch?.[i];
      const toBase = overwroteView && input === result;
      const { source, slot } = toBase ? result.base! : input;
      const other = inputs[i === 0 ? 1 : 0];
      edges.push({
        to: source!,
        slot,
        gradient,
        shape: input.shape,
        strides: gradientStrides(operator, input),
        follows: operator.layout !== 'contiguous' && sameShape(input.shape, result.shape),
        bytes: input.bytes,
        computed: computedAs(gradient, input, other, result),
        scratch: scratch ? scratch.map((one) => scratchBytes(one, result.type)) : NO_SCRATCH,
        workspace: transformedBytes(operator, result),
        toBase,
      });
    });
    const node = overwroteView
      ? this.#node(edges, [result.base!], result)
      : this.#node(edges, results.filter(isDifferentiable), undefined);
    this.#keep(node, [...this.#saved(operator, inputs, given, results), ...byproducts]);
    return node;
  }

  /** The results' gradients come to this node; where a view was overwritten, by way of the tensor that it looks into. */
  #attach(results: readonly [Tensor, ...Tensor[]], node: BackwardNode): void {
    const [result] = results;
    if (!node.overwroteView) {
      results.filter(isDifferentiable).forEach((own, slot) => giveSource(this.ledger, own, node, slot));
      return;
    }
    giveSource(this.ledger, result.base!, node, 0);
    const edge = plainEdge(node, 0, 'strided', result.base!);
    giveSource(this.ledger, result, this.#node([edge], [result], undefined), 0);
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
      node.savedAt = this.ledger.overwrites;
    }
  }

  /** The last operator of a second run need not compute when all that it keeps are its inputs. */
  #stopsHere({ saves = [], byproducts = [] }: Operator, needed: boolean): boolean {
    if (!needed || !this.segment?.awaitsLast || saves.length === 0) return false;
    return byproducts.length === 0 && !saves.includes('result') && !saves.includes('others');
  }

  /** What an operator gives that is not run any more: no memory. */
  #nothing({ inputs, output, others = [] }: Operator): readonly [Tensor, ...Tensor[]] {
    const { type, source, slot } = inputs[0] as Tensor;
    const nothing = (shape: Shape): Tensor => {
      if (source) source.holders++;
      const storage = this.ledger.allocate(0, 'temporaries');
      const strides = contiguousStrides(shape);
      return { shape, strides, type, storage, bytes: 0, source, slot, base: undefined, holders: 1 };
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
      if (save === 'others') return results.slice(1).map(({ storage }) => storage);
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
  #cast(input: Tensor, { autocast }: Pick<Operator, 'autocast'>): Tensor {
    const wanted = this.#wantedType(input, autocast);
    if (wanted === input.type) return input;
    const cached = this.#casts.get(input);
    if (cached) return cached;
    // A tensor of its own: what the input looks into is none of its business.
    const strides = newStrides({}, input.shape, [input]);
    const result = this.#made(input.shape, strides, wanted, 'temporaries');
    if (input.source && this.training) {
      const edge = plainEdge(input.source, input.slot, 'new', input);
      giveSource(this.ledger, result, this.#node([edge], [result], undefined), 0);
    }
    if (input.source?.leaf) this.#casts.set(input, result);
    return result;
  }

  #wantedType({ type }: Tensor, autocast: Operator['autocast']): ElementType {
    if (this.#autocast === undefined || type === 'int64' || type === 'bool') return type;
    if (autocast === 'lower') return this.#autocast;
    return autocast === 'float32' ? 'float32' : type;
  }

  #node(edges: readonly Edge[], results: readonly Result[], overwroteView: Result | undefined): BackwardNode {
    for (const { to } of edges) to.holders++;
    return newNode(this.#sequence++, this.ledger.path, edges, results, undefined, overwroteView);
  }
}

/** Integers and truth values have no gradient. */
const isDifferentiable = ({ type }: Value): boolean => type !== 'int64' && type !== 'bool';
