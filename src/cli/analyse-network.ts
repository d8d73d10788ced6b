import { analyse } from '../analysis/analyse.ts';
import type { Analysis } from '../analysis/analysis.ts';
import type { Device } from '../analysis/devices/device.ts';
import { dividedFirstWarning } from '../arch/divided-first.ts';
import { VggError } from '../core/errors/error.ts';
import type { Graph } from '../graph/graph.ts';
import type { Shape } from '../core/shape.ts';
import { thin } from '../graph/thin.ts';
import type { Io } from './io/io.ts';
import { memoryOptions } from './options/memory-options.ts';
import type {
  InputOptions,
  LiteralOptions,
  NetworkOptions,
  TrainingMemoryOptions,
} from './options/options.ts';
import { loadNetwork, type Network } from './source.ts';

export type AnalysisOptions = NetworkOptions & LiteralOptions & InputOptions & TrainingMemoryOptions;

/** The analysis of what one network argument and its options mean. */
export async function analyseNetwork(
  arch: string | undefined,
  options: AnalysisOptions,
  io: Io,
  { timeline = false, devices }: { timeline?: boolean; devices?: readonly Device[] } = {},
): Promise<Analysis> {
  const { dtype, ratio = 1 } = options;
  const memory = { ...memoryOptions(options), timeline };
  const { graph, weightLayersDividedFirst } = await loadThinned(arch, options, io);
  const analysis = analyse(graph, {
    input: inputShape(graph, options),
    memory,
    ...(dtype && { dtype }),
    ...(devices && { devices }),
  });
  const warning = weightLayersDividedFirst && dividedFirstWarning(weightLayersDividedFirst, ratio);
  return warning ? { ...analysis, warnings: [...analysis.warnings, warning] } : analysis;
}

/** The network that one argument and its options mean, renamed and thinned. */
export async function loadThinned(
  arch: string | undefined,
  options: NetworkOptions & LiteralOptions,
  io: Io,
): Promise<Network> {
  const { ratio = 1, name } = options;
  const network = await loadNetwork(arch, options, io);
  const { graph } = network;
  return { ...network, graph: thin(name === undefined ? graph : { ...graph, name }, ratio) };
}

/** N×C×H×W. Throws `options-contradict` when `--input` and `--batch` name different batches. */
export function inputShape({ defaultInput }: Graph, { input, batch }: InputOptions): Shape {
  if (input?.batch !== undefined && batch !== undefined && input.batch !== batch) {
    const first = `--input with a batch of ${input.batch}`;
    throw new VggError('options-contradict', { first, second: `--batch ${batch}` });
  }
  return [input?.batch ?? batch ?? 1, ...(input?.image ?? defaultInput)];
}
