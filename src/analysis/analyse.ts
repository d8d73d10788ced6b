import { VggError } from '../errors/error.ts';
import type { Graph } from '../graph/graph.ts';
import { resolve, type ResolvedGraph, type ResolvedNode } from '../graph/resolve.ts';
import { elements, sum, type Shape } from '../graph/shape.ts';
import type { Analysis, DeviceTime, Dtype, LayerAnalysis, Totals } from './analysis.ts';
import { defaultConvention } from './convention.ts';
import { weightLayers } from './depth.ts';
import type { Device } from './devices/device.ts';
import { receptiveFields } from './receptive-field.ts';
import { gradientFlow } from './gradient-flow.ts';
import { analyseMemory, type MemoryOptions } from './memory/analyse-memory.ts';
import { timeModel } from './time/roofline.ts';
import { warningsFor } from './warnings.ts';

export interface AnalyseOptions {
  /** N×C×H×W; one image of the graph's default size when left out. */
  readonly input?: Shape;
  readonly dtype?: Dtype;
  readonly memory?: MemoryOptions;
  /** Devices whose time is wanted; those without known speed are left out. */
  readonly devices?: readonly Device[];
}

/**
 * Shapes and counts of a graph at one input size. Pure.
 * Throws the VggErrors of shape inference, and `too-large` where a count would pass 2^53.
 */
export function analyse(graph: Graph, options: AnalyseOptions = {}): Analysis {
  const { input = [1, ...graph.defaultInput], dtype = 'float32' } = options;
  const resolved = resolve(graph, input);
  const fields = receptiveFields(resolved);
  const needsGradient = gradientFlow(resolved);
  const { memory, saved } = analyseMemory(resolved, dtype, options.memory);
  const layers = resolved.nodes.map((node) =>
    analyseLayer(node, {
      receptiveField: fields.get(node.node.path) ?? null,
      inputNeedsGradient: node.node.inputs.some((path) => needsGradient.has(path)),
      savedBytes: saved.get(node.node.path) ?? 0,
    }),
  );
  const depth = weightLayers(resolved);
  return {
    schemaVersion: 1,
    model: { name: graph.name, source: graph.source, weightLayers: depth },
    input: { shape: input, dtype },
    layers,
    totals: totalsOf(resolved, layers),
    memory,
    ...(options.devices && { time: deviceTimes(graph, input, dtype, options) }),
    convention: defaultConvention(resolved),
    warnings: warningsFor({ resolved, weightLayers: depth, atDefault: atDefaultInput(resolved) }),
  };
}

function deviceTimes(
  graph: Graph,
  [batch, ...image]: Shape,
  dtype: Dtype,
  { devices = [], memory }: AnalyseOptions,
): DeviceTime[] {
  const model = timeModel(graph, image, dtype, memory?.optimizer ?? 'sgd');
  return devices.flatMap(({ name, speed }) =>
    speed
      ? [{ device: name, training: model.training(batch!, speed), inference: model.inference(batch!, speed) }]
      : [],
  );
}

/** What a layer's numbers need to know of the rest of the network. */
interface LayerContext {
  readonly receptiveField: LayerAnalysis['receptiveField'];
  readonly inputNeedsGradient: boolean;
  readonly savedBytes: number;
}

function analyseLayer(
  { node, layer, attributes, inputs, output, weights, ownsWeights }: ResolvedNode,
  { receptiveField, inputNeedsGradient, savedBytes }: LayerContext,
): LayerAnalysis {
  const applied = { attributes, inputs, output };
  const count = (buffer: boolean) =>
    ownsWeights
      ? sum(weights.filter((w) => (w.buffer ?? false) === buffer).map((w) => elements(w.shape)))
      : 0;
  const forwardMacs = layer.macs?.(applied) ?? 0;
  const macs = node.trainingOnly ? 0 : forwardMacs;
  const elementwise = node.trainingOnly ? 0 : (layer.elementwise?.(applied) ?? 0);
  const params = count(false);
  const window = layer.window?.({ attributes, inputs });
  return {
    path: node.path,
    kind: node.kind,
    family: layer.family,
    inputs: node.inputs,
    attributes,
    inputShapes: inputs,
    outputShape: output,
    ...(window && { window }),
    weights: weights.map(({ name, shape, buffer }) => ({ name, shape, ...(buffer && { buffer }) })),
    params,
    trainableParams: params,
    buffers: count(true),
    macs,
    flops: sum([macs, macs, elementwise], 'the number of FLOPs'),
    backwardMacs: sum([forwardMacs, inputNeedsGradient ? forwardMacs : 0], 'the number of backward MACs'),
    savedBytes,
    receptiveField,
    ...(node.sharesWeightsOf !== undefined && { sharesWeightsOf: node.sharesWeightsOf }),
    ...(node.trainingOnly && { trainingOnly: true as const }),
  };
}

function totalsOf(resolved: ResolvedGraph, layers: readonly LayerAnalysis[]): Totals {
  const total = (of: (layer: LayerAnalysis) => number) => sum(layers.map(of));
  const elementwise: Record<string, number> = {};
  for (const { kind, flops, macs } of layers) {
    if (flops > 2 * macs) elementwise[kind] = sum([elementwise[kind] ?? 0, flops - 2 * macs]);
  }
  return {
    params: total(({ params }) => params),
    trainableParams: total(({ trainableParams }) => trainableParams),
    buffers: total(({ buffers }) => buffers),
    macs: total(({ macs }) => macs),
    flops: total(({ flops }) => flops),
    backwardMacs: total(({ backwardMacs }) => backwardMacs),
    elementwise,
    activations: total(({ outputShape, trainingOnly }) => (trainingOnly ? 0 : elements(outputShape))),
    receptiveField: lastReceptiveField(resolved, layers),
  };
}

/** The field of the deepest weight layer or pool on the way to the main output that does not see everything. */
function lastReceptiveField(
  { graph, byPath }: ResolvedGraph,
  layers: readonly LayerAnalysis[],
): Totals['receptiveField'] {
  const fields = new Map(layers.map(({ path, receptiveField }) => [path, receptiveField]));
  let path: string | undefined = graph.outputs[0];
  while (path !== undefined && byPath.has(path)) {
    const field = fields.get(path);
    if (field) return field;
    path = byPath.get(path)!.node.inputs[0];
  }
  return null;
}

/** The graph at its default size, for comparison; undefined where a spec does not resolve there. */
function atDefaultInput({ graph, input }: ResolvedGraph): ResolvedGraph | undefined {
  const [, height, width] = graph.defaultInput;
  if (input[2] === height && input[3] === width) return undefined;
  try {
    return resolve(graph, [1, input[1]!, height, width]);
  } catch (error) {
    if (error instanceof VggError) return undefined;
    throw error;
  }
}
