import { VggError } from '../core/errors/error.ts';
import type { Graph } from '../graph/graph.ts';
import { resolve, resultShape, type ResolvedGraph } from '../graph/resolve.ts';
import { sameShape, type Shape } from '../core/shape.ts';
import type { Dtype } from '../core/dtype.ts';
import type { Analysis } from './analysis.ts';
import { defaultConvention } from './counts/convention.ts';
import { countLayers } from './counts/count-layers.ts';
import { weightLayers } from './counts/depth.ts';
import type { Device } from './devices/device.ts';
import { receptiveFields } from './counts/receptive-field.ts';
import { totalsOf } from './counts/totals.ts';
import { defaultOptimizer } from '../optimizers/registry.ts';
import { analyzeMemory, type MemoryOptions } from './memory/analyze-memory.ts';
import { deviceTimes } from './time/device-times.ts';
import type { Layout } from './time/likely.ts';
import { warningsFor } from './warnings.ts';

export interface AnalyzeOptions {
  /** Of the main input, batch first; one example of the graph's default size when left out. */
  readonly input?: Shape;
  /** Of every input, in the graph's order, instead. */
  readonly inputs?: readonly [Shape, ...Shape[]];
  readonly dtype?: Dtype;
  readonly memory?: MemoryOptions;
  /** Devices whose time is wanted; those without known speed are left out. */
  readonly devices?: readonly Device[];
  /** How images lie in memory, for the likely time; `nchw` when left out. */
  readonly layout?: Layout;
}

/**
 * Shapes and counts of a graph at one input size. Pure.
 * Throws the VggErrors of shape inference, and `too-large` where a count would pass 2^53.
 */
export function analyze(graph: Graph, options: AnalyzeOptions = {}): Analysis {
  const { dtype = 'float32' } = options;
  const [input, ...others] = options.inputs ?? [
    options.input ?? [graph.batch ?? 1, ...graph.inputs[0].shape],
  ];
  const resolved = resolve(graph, input, ...others);
  const fields = receptiveFields(resolved);
  const { memory, saved } = analyzeMemory(resolved, dtype, options.memory);
  const layers = countLayers(resolved).map((counts) => ({
    ...counts,
    savedBytes: saved.get(counts.path) ?? 0,
    receptiveField: fields.get(counts.path) ?? null,
  }));
  const depth = weightLayers(resolved);
  return {
    schemaVersion: 1,
    model: {
      name: graph.name,
      source: graph.source,
      weightLayers: depth,
      ...(graph.stored && { storedBytes: graph.stored }),
    },
    input: { shape: input, dtype },
    inputs: graph.inputs.map(({ name, type }, i) => ({
      name,
      shape: resolved.inputs[i]!,
      dtype: type === 'float' ? dtype : type,
    })),
    outputs: graph.outputs.map((path) => ({ name: path, shape: resultShape(resolved, path) })),
    layers,
    totals: totalsOf(resolved, layers),
    memory,
    ...(options.devices && {
      time: deviceTimes(
        resolved,
        dtype,
        options.memory?.optimizer ?? defaultOptimizer,
        options.devices,
        memory.training !== undefined,
        options.layout,
      ),
    }),
    convention: defaultConvention(resolved),
    warnings: warningsFor({ resolved, weightLayers: depth, atDefault: atDefaultInput(resolved) }),
  };
}

/** The graph at its default size, for comparison; undefined where a spec does not resolve there. */
function atDefaultInput({ graph, input }: ResolvedGraph): ResolvedGraph | undefined {
  const [, ...size] = graph.inputs[0].shape;
  if (sameShape(input.slice(2), size)) return undefined;
  try {
    return resolve(graph, [1, input[1]!, ...size]);
  } catch (error) {
    if (error instanceof VggError) return undefined;
    throw error;
  }
}
