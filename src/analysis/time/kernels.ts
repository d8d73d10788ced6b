import { isLearned } from '../../graph/parameters.ts';
import { inputReference, resultReference } from '../../graph/graph.ts';
import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';
import { elements } from '../../core/arithmetic.ts';
import { contiguousStrides } from '../../core/layout.ts';
import type { Dtype } from '../../core/dtype.ts';
import type { Shape } from '../../core/shape.ts';
import type {
  Convolution,
  ElementType,
  Operator,
  Operators,
  Value,
  View,
} from '../../layers/shared/operators.ts';
import { gradientFlow, type GradientFlow } from '../counts/gradient-flow.ts';
import { InEval } from '../memory/in-eval.ts';
import { newStrides } from '../memory/new-strides.ts';
import { BYTES } from '../memory/storage.ts';

export type Pass = 'forward' | 'backward';

/** What a kernel is for; `convolution` and `product` multiply matrices. */
export type Work = 'convolution' | 'product' | 'normalization' | 'elementwise';

/** One kernel of a step as the device sees it. Bytes and operations for the whole batch. */
export interface Kernel {
  readonly work: Work;
  readonly pass: Pass;
  /** Runs in training only. */
  readonly trainingOnly: boolean;
  readonly flops: number;
  /** Read and written, each tensor once. */
  readonly bytes: number;
  /** Of a convolution or a product: channels that it computes, of one group. */
  readonly width: number;
  readonly convolution?: Convolution & { readonly depthwise: boolean; readonly operandBytes: number };
}

interface Counted extends Value {
  readonly differentiable: boolean;
  readonly weight: boolean;
}

const bytes = ({ shape, type }: Value): number => elements(shape) * BYTES[type];
const total = (values: readonly Value[]): number => values.reduce((sum, value) => sum + bytes(value), 0);

/**
 * The kernels of a training step in the order of the layers, each layer's forward pass before its backward pass. Under
 * `amp` values have the types that autocast gives them, and every cast is a kernel.
 */
export function kernelsOf(resolved: ResolvedGraph, dtype: Dtype): Kernel[] {
  const flow = gradientFlow(resolved);
  const floats: ElementType = dtype === 'amp' ? 'float32' : dtype;
  const types = new Map<string, ElementType>(
    resolved.graph.inputs.map((input) => [
      inputReference(input),
      input.type === 'float' ? floats : input.type,
    ]),
  );
  return resolved.nodes.flatMap((node) => {
    const recorder = new KernelRecorder(node, floats, dtype === 'amp' ? 'float16' : undefined);
    const results = recorder.layer(flow.get(node.node.path)!, (reference) => types.get(reference) ?? floats);
    results.forEach((type, i) => types.set(resultReference(node.node.path, i), type));
    return recorder.finished(flow.get(node.node.path)!);
  });
}

/** Runs the operators of one layer and writes down their kernels. */
class KernelRecorder implements Operators {
  readonly training = true;
  readonly floats: ElementType;
  readonly #node: ResolvedNode;
  readonly #low: ElementType | undefined;
  readonly #kernels: Kernel[] = [];
  readonly #casts = new Map<Value, Counted>();

  constructor(node: ResolvedNode, floats: ElementType, low: ElementType | undefined) {
    this.#node = node;
    this.floats = floats;
    this.#low = low;
  }

  /** Runs the layer; the types of its results. */
  layer(flow: GradientFlow, typeOf: (reference: string) => ElementType): readonly ElementType[] {
    const { node, layer, attributes, inputs, output, weights } = this.#node;
    const given = (shape: Shape, type: ElementType, differentiable: boolean, weight: boolean): Counted => ({
      shape,
      strides: contiguousStrides(shape),
      type,
      differentiable,
      weight,
    });
    const images = inputs.map((shape, i) => given(shape, typeOf(node.inputs[i]!), flow.input, false));
    const owned = Object.fromEntries(
      weights.map((weight) => [
        weight.name,
        given(
          weight.shape,
          weight.integer ? 'int64' : weight.bool ? 'bool' : this.floats,
          flow.weights && isLearned(weight),
          true,
        ),
      ]),
    );
    const results = layer.execute(node.inEval ? new InEval(this) : this, {
      attributes,
      inputs: images,
      weights: owned,
      output,
    });
    return ('shape' in results ? [results] : results).map(({ type }) => type);
  }

  /** The kernels, the layer's multiplications shared out among those that multiply. */
  finished({ products }: GradientFlow): Kernel[] {
    const macs = this.#node.layer.macs?.(this.#node) ?? 0;
    const multiplies = ({ work }: Kernel) => work === 'convolution' || work === 'product';
    const count = (pass: Pass) =>
      this.#kernels.filter((kernel) => multiplies(kernel) && kernel.pass === pass).length;
    const each = {
      forward: (2 * macs) / Math.max(1, count('forward')),
      backward: (2 * products * macs) / Math.max(1, count('backward')),
    };
    return this.#kernels.map((kernel) =>
      multiplies(kernel) ? { ...kernel, flops: each[kernel.pass] } : kernel,
    );
  }

  run(operator: Operator): Value {
    return this.runAll(operator)[0];
  }

  runAll(operator: Operator): readonly [Value, ...Value[]] {
    const given = operator.inputs as readonly Counted[];
    const inputs = given.map((input) => this.#cast(input, operator.autocast));
    const differentiable = inputs.some((input) => input.differentiable);
    const results = this.#results(operator, inputs).map((result): Counted => ({
      ...result,
      differentiable,
      weight: false,
    }));
    const [result, ...others] = results as [Counted, ...Counted[]];
    if ('viewOf' in operator.output) return [result, ...others];
    const byproducts = (operator.byproducts ?? []).reduce(
      (sum, { shape, type = result.type }) => sum + elements(shape) * BYTES[type],
      0,
    );
    const work = this.#workOf(operator);
    this.#record(operator, work, 'forward', total(inputs) + total(results) + byproducts, result, inputs[0]);
    inputs.forEach((input, i) => {
      const gradient = operator.gradients?.[i] ?? 'new';
      if (!input.differentiable || (gradient !== 'new' && gradient !== 'product')) return;
      const read = total(results) + this.#readBack(operator, inputs, input, results) + byproducts;
      // A bias's gradient is a sum, not a product.
      const own = input.weight && input.shape.length === 1 && work !== 'normalization' ? 'elementwise' : work;
      const computed = input.weight ? result : input;
      this.#record(operator, own, 'backward', read + bytes(input), computed, inputs[0]!);
    });
    return [result, ...others];
  }

  needsGradient(value: Value): boolean {
    return (value as Counted).differentiable;
  }

  retain(value: Value): Value {
    return value;
  }

  lower(value: Value): Value {
    return this.#cast(value as Counted, 'lower');
  }

  release(): void {}

  #workOf({ convolution, autocast }: Operator): Work {
    if (convolution) return 'convolution';
    if (autocast === 'lower') return 'product';
    return this.#node.layer.family === 'norm' ? 'normalization' : 'elementwise';
  }

  #record(
    { convolution }: Operator,
    work: Work,
    pass: Pass,
    moved: number,
    computed: Counted,
    input: Counted | undefined,
  ): void {
    const trainingOnly = this.#node.node.trainingOnly === true;
    const groups = work === 'convolution' ? convolution!.groups : 1;
    const axis = work === 'convolution' ? 1 : computed.shape.length - 1;
    this.#kernels.push({
      work,
      pass,
      trainingOnly,
      flops: 0,
      bytes: moved,
      width: (computed.shape[axis] ?? 1) / groups,
      ...(work === 'convolution' && {
        convolution: {
          ...convolution!,
          depthwise: groups > 1 && groups === input!.shape[1],
          operandBytes: bytes(input!) + bytes(computed),
        },
      }),
    });
  }

  #cast(input: Counted, autocast: Operator['autocast']): Counted {
    if (this.#low === undefined || input.type === 'int64' || input.type === 'bool') return input;
    const type = autocast === 'lower' ? this.#low : autocast === 'float32' ? 'float32' : input.type;
    if (type === input.type) return input;
    const known = this.#casts.get(input);
    if (known?.type === type) return known;
    const cast: Counted = { ...input, type };
    this.#casts.set(input, cast);
    const moved = bytes(input) + bytes(cast);
    const copy = (pass: Pass) =>
      this.#record({ inputs: [input], output: input.shape }, 'elementwise', pass, moved, cast, input);
    copy('forward');
    if (input.differentiable) copy('backward');
    return cast;
  }

  /** What the kernel of one gradient reads beside the incoming one: for a product the other factors, else what was kept. */
  #readBack(
    { inputs: given, saves = [] }: Operator,
    inputs: readonly Counted[],
    wanted: Counted,
    [result, ...others]: readonly Counted[],
  ): number {
    const used = (value: Value) => inputs[given.indexOf(value)] ?? (value as Counted);
    const kept = saves.flatMap((save) => {
      if (save === 'result') return [result!];
      if (save === 'others') return others;
      return [used('value' in save ? save.value : save)];
    });
    return total(inputs.length > 1 ? kept.filter((value) => value !== wanted) : kept);
  }

  #results(operator: Operator, inputs: readonly Counted[]): Value[] {
    const { output, others = [], autocast } = operator;
    const widened = this.#low !== undefined && autocast === 'float32Result';
    const widest = inputs.some(({ type }) => type === 'float32')
      ? 'float32'
      : (inputs[0]?.type ?? this.floats);
    const resultType = operator.resultType ?? (widened ? 'float32' : widest);
    if ('overwrites' in output) return [output.overwrites];
    const made = (shape: Shape, type: ElementType): Value => ({
      shape,
      strides: newStrides(operator, shape, inputs),
      type,
    });
    const seen = ({ shape, strides, viewOf }: View): Value => ({ shape, strides, type: viewOf.type });
    const first = 'viewOf' in output ? seen(output) : made(output, resultType);
    return [
      first,
      ...others.map((other) =>
        'viewOf' in other ? seen(other) : made(other.shape, other.type ?? resultType),
      ),
    ];
  }
}
