import { VggError } from '../../core/errors/error.ts';
import { soleInput } from '../../graph/sole-input.ts';
import type { ResolvedGraph, ResolvedNode } from '../../graph/resolve.ts';
import type { Shape } from '../../core/shape.ts';
import { notInKeras, type KerasLayer } from '../../layers/shared/keras.ts';
import type { Recording } from '../../layers/shared/keras-tape.ts';
import type { WeightSpec } from '../../layers/layer.ts';

/** Where a layer's weights lie in the Keras model. */
export interface PlacedWeight {
  /** `block1.conv1.weight`. */
  readonly name: string;
  readonly spec: WeightSpec;
  /** The Keras layer, and the weight's place among that layer's own. */
  readonly layer: string;
  readonly index: number;
  /** Axis k of the Keras weight is axis `axes[k]` of ours. */
  readonly axes: readonly number[];
}

/** A tensor of a Keras model: a layer, and which of its applications. */
export type Reference = readonly [layer: string, application: number, output: 0];

export interface KerasModelLayer {
  readonly class_name: string;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound_nodes: unknown[];
}

export interface KerasModel {
  /** What `loadLayersModel` takes as `modelTopology`. */
  readonly topology: {
    readonly class_name: 'Model';
    readonly config: {
      readonly name: string;
      readonly layers: readonly KerasModelLayer[];
      readonly input_layers: readonly Reference[];
      readonly output_layers: readonly Reference[];
    };
  };
  readonly weights: readonly PlacedWeight[];
  /** What TensorFlow.js's tape records of each Keras layer, by its name; without those that state nothing. */
  readonly recordings: ReadonlyMap<string, Recording>;
  /** For each of our layers the Keras tensor that it gives. */
  readonly outputs: ReadonlyMap<string, Reference>;
}

const INPUT_LAYER = 'network-input';

const isFrozen = ({ weights }: ResolvedNode): boolean => weights.some(({ frozen }) => frozen);

/** The Keras layers of a node; throws `not-in-keras` with its path. */
function kerasOf({ node, layer, attributes, inputs, output }: ResolvedNode): readonly KerasLayer[] {
  try {
    // TensorFlow.js's batch-norm takes the batch's statistics in training, whatever it is told.
    if (node.inEval) notInKeras(node.kind, 'eval() in training');
    return layer.keras?.({ attributes, inputs, output }) ?? notInKeras(node.kind);
  } catch (error) {
    throw error instanceof VggError ? error.at({ ...node.origin, path: node.path }) : error;
  }
}

/**
 * A resolved graph as a Keras model, images N×H×W×C, the batch open. What runs in training only (auxiliary heads) is
 * left out: the network is trained by its main output. Throws `not-in-keras` with the layer's path.
 */
export function kerasModel({ graph, input, nodes }: ResolvedGraph): KerasModel {
  const [, channels, height, width] = input;
  const layers = new Map<string, KerasModelLayer>();
  const outputs = new Map<string, Reference>([[soleInput(graph), [INPUT_LAYER, 0, 0]]]);
  const weights: PlacedWeight[] = [];
  const recordings = new Map<string, Recording>();
  layers.set(INPUT_LAYER, {
    class_name: 'InputLayer',
    name: INPUT_LAYER,
    config: { name: INPUT_LAYER, batch_input_shape: [null, height, width, channels], dtype: 'float32' },
    inbound_nodes: [],
  });
  for (const resolved of nodes) {
    const { node } = resolved;
    if (node.trainingOnly) continue;
    let inbound = node.inputs.map((path) => outputs.get(path)!);
    const chain = kerasOf(resolved);
    chain.forEach((keras, i) => {
      const own = i === chain.length - 1 ? node.path : `${node.path}/before${chain.length - 1 - i}`;
      const shared = keras.weights ? node.sharesWeightsOf : undefined;
      const name = kerasName(shared ?? own);
      const known = layers.get(name);
      const application = known?.inbound_nodes.length ?? 0;
      const from = inbound.map((reference) => [...reference, {}]);
      if (known) known.inbound_nodes.push(from);
      else {
        const config = { name, ...(isFrozen(resolved) && { trainable: false }), ...keras.config };
        layers.set(name, { class_name: keras.class_name, name, config, inbound_nodes: [from] });
        weights.push(...place(resolved, name, keras));
        if (keras.tape) recordings.set(name, keras.tape);
      }
      inbound = [[name, application, 0]];
    });
    outputs.set(node.path, inbound[0]!);
  }
  return {
    topology: {
      class_name: 'Model',
      config: {
        name: graph.name,
        layers: [...layers.values()],
        input_layers: [[INPUT_LAYER, 0, 0]],
        output_layers: [outputs.get(graph.outputs[0]!)!],
      },
    },
    weights,
    recordings,
    outputs,
  };
}

/** A layer's path as a name that TensorFlow accepts; what it does not is spelled by its code. */
function kerasName(path: string): string {
  const name = path.replace(/[^-A-Za-z0-9._/]/g, (char) => `_u${char.codePointAt(0)!.toString(16)}_`);
  return /^[A-Za-z0-9]/.test(name) ? name : `layer${name}`;
}

function place({ node, weights }: ResolvedNode, layer: string, keras: KerasLayer): PlacedWeight[] {
  return (keras.weights ?? []).map(({ name, axes }, index) => {
    const spec = weights.find((weight) => weight.name === name)!;
    return {
      name: `${node.path}.${name}`,
      spec,
      layer,
      index,
      axes: axes ?? spec.shape.map((_, axis) => axis),
    };
  });
}

/** N×H×W×C as N×C×H×W; other shapes as they are. */
export function channelsFirst(shape: Shape): Shape {
  return shape.length === 4 ? [shape[0]!, shape[3]!, shape[1]!, shape[2]!] : shape;
}

/**
 * Values of a row-major array with its axes in another order: axis k of the result is axis `axes[k]` of the source.
 */
export function permute(values: Float32Array, shape: Shape, axes: readonly number[]): Float32Array {
  if (axes.every((axis, k) => axis === k)) return values;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const sizes = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => strides[axis]!);
  const result = new Float32Array(values.length);
  const last = sizes.length - 1;
  const [inner, step] = [sizes[last]!, steps[last]!];
  const at = Array.from({ length: last }, () => 0);
  for (let to = 0, from = 0; to < result.length;) {
    for (let i = 0; i < inner; i++) result[to++] = values[from + i * step]!;
    for (let axis = last - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++at[axis]! < sizes[axis]!) break;
      from -= sizes[axis]! * steps[axis]!;
      at[axis] = 0;
    }
  }
  return result;
}

/** The order that undoes `axes`. */
export function inverse(axes: readonly number[]): number[] {
  return axes.map((_, axis) => axes.indexOf(axis));
}
