import { isLearned } from '../../graph/parameters.ts';
import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';
import { elements } from '../../core/arithmetic.ts';
import { contiguousStrides } from '../../core/layout.ts';
import type { Shape } from '../../core/shape.ts';
import type { ElementType, Operator, Operators, Value, View } from '../../layers/shared/operators.ts';
import type { GradientFlow } from '../counts/gradient-flow.ts';
import { newStrides } from '../memory/new-strides.ts';
import { InEval } from '../memory/in-eval.ts';
import { BYTES } from '../memory/storage.ts';

/** What a layer moves through memory, and in how many kernels. Bytes for the whole batch. */
export interface Traffic {
  readonly forwardBytes: number;
  readonly forwardKernels: number;
  readonly backwardBytes: number;
  readonly backwardKernels: number;
}

/**
 * The traffic of one layer: each operator reads its inputs and writes its results once; its backward pass reads the
 * incoming gradient and what was kept, and writes one gradient a kernel. Views move nothing.
 * `gradients` says which of them are computed.
 */
function trafficOf(
  { node, layer, attributes, inputs, output, weights }: ResolvedNode,
  type: ElementType,
  gradients: GradientFlow,
): Traffic {
  const counter = new TrafficCounter(type);
  const images = inputs.map((shape) => given(shape, type, gradients.input));
  const owned = Object.fromEntries(
    weights.map((weight) => [weight.name, given(weight.shape, type, gradients.weights && isLearned(weight))]),
  );
  layer.execute(node.inEval ? new InEval(counter) : counter, {
    attributes,
    inputs: images,
    weights: owned,
    output,
  });
  return counter;
}

interface Counted extends Value {
  readonly differentiable: boolean;
}

const given = (shape: Shape, type: ElementType, differentiable: boolean): Counted => ({
  shape,
  strides: contiguousStrides(shape),
  type,
  differentiable,
});

const bytes = ({ shape, type }: Value): number => elements(shape) * BYTES[type];

class TrafficCounter implements Operators, Traffic {
  readonly training = true;
  readonly floats: ElementType;
  forwardBytes = 0;
  forwardKernels = 0;
  backwardBytes = 0;
  backwardKernels = 0;

  constructor(floats: ElementType) {
    this.floats = floats;
  }

  run(operator: Operator): Value {
    return this.runAll(operator)[0];
  }

  runAll(operator: Operator): readonly [Value, ...Value[]] {
    const inputs = operator.inputs as readonly Counted[];
    const differentiable = inputs.some((input) => input.differentiable);
    const results = resultsOf(operator).map((result) => ({ ...result, differentiable }));
    const [result, ...others] = results as [Counted, ...Counted[]];
    if ('viewOf' in operator.output) return [result, ...others];
    const byproducts = (operator.byproducts ?? []).reduce(
      (total, { shape, type = result.type }) => total + elements(shape) * BYTES[type],
      0,
    );
    this.forwardKernels++;
    this.forwardBytes += total(inputs) + total(results) + byproducts;
    inputs.forEach((input, i) => {
      const gradient = operator.gradients?.[i] ?? 'new';
      if (!input.differentiable || (gradient !== 'new' && gradient !== 'product')) return;
      this.backwardKernels++;
      this.backwardBytes +=
        total(results) + this.#readBack(operator, input, [result, ...others]) + bytes(input);
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
    return value;
  }

  release(): void {}

  /** What the kernel of one gradient reads beside the incoming one: for a product the other factors, else what was kept. */
  #readBack(
    { inputs, saves = [], byproducts = [] }: Operator,
    wanted: Value,
    [result, ...others]: readonly [Value, ...Value[]],
  ): number {
    const kept = saves.flatMap((save) => {
      if (save === 'result') return [result];
      if (save === 'others') return others;
      return 'value' in save ? [save.value] : [save];
    });
    const read = inputs.length > 1 ? kept.filter((value) => value !== wanted) : kept;
    return (
      read.reduce((total, value) => total + bytes(value), 0) +
      byproducts.reduce((total, { shape, type = result.type }) => total + elements(shape) * BYTES[type], 0)
    );
  }
}

const total = (values: readonly Value[]): number => values.reduce((sum, value) => sum + bytes(value), 0);

function resultsOf(operator: Operator): Value[] {
  const { inputs, output, others = [], resultType = inputs[0]!.type } = operator;
  if ('overwrites' in output) return [output.overwrites];
  const made = (shape: Shape, type = resultType): Value => ({
    shape,
    strides: newStrides(operator, shape, inputs),
    type,
  });
  const seen = ({ shape, strides }: View): Value => ({ shape, strides, type: resultType });
  const first = 'viewOf' in output ? seen(output) : made(output);
  return [first, ...others.map((other) => ('viewOf' in other ? seen(other) : made(other.shape, other.type)))];
}

/** The layers that run in training, with their traffic and multiply-accumulates. */
export function workOf(
  { nodes }: ResolvedGraph,
  type: ElementType,
  flow: ReadonlyMap<string, GradientFlow>,
): {
  readonly node: ResolvedNode;
  readonly traffic: Traffic;
  readonly macs: number;
  readonly backwardMacs: number;
}[] {
  return nodes.map((node) => {
    const gradients = flow.get(node.node.path)!;
    const macs = node.layer.macs?.(node) ?? 0;
    return {
      node,
      traffic: trafficOf(node, type, gradients),
      macs,
      backwardMacs: gradients.products * macs,
    };
  });
}
