import { analyse } from '../../analysis/analyse.ts';
import type { Analysis } from '../../analysis/analysis.ts';
import type { Device } from '../../analysis/devices/device.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Shape } from '../../core/shape.ts';
import type { Io } from './io.ts';
import { memoryOptions } from '../../analysis/options/memory-options.ts';
import type {
  InputOptions,
  LiteralOptions,
  NetworkOptions,
  TrainingMemoryOptions,
} from '../options/options.ts';
import { loadNetwork } from './load-network.ts';

export type AnalysisOptions = NetworkOptions & LiteralOptions & InputOptions & TrainingMemoryOptions;

/** The analysis of what one network argument and its options mean. */
export async function analyseNetwork(
  arch: string | undefined,
  options: AnalysisOptions,
  io: Io,
  { timeline = false, devices }: { timeline?: boolean; devices?: readonly Device[] } = {},
): Promise<Analysis> {
  const { dtype } = options;
  const memory = { ...memoryOptions(options), timeline };
  const graph = await loadNetwork(arch, options, io);
  return analyse(graph, {
    input: inputShape(graph, options),
    memory,
    ...(dtype && { dtype }),
    ...(devices && { devices }),
  });
}

/** N×C×H×W. Throws `options-contradict` when `--input` and `--batch` name different batches. */
export function inputShape({ defaultInput }: Graph, { input, batch }: InputOptions): Shape {
  if (input?.batch !== undefined && batch !== undefined && input.batch !== batch) {
    const first = `--input with a batch of ${input.batch}`;
    throw new VggError('options-contradict', { first, second: `--batch ${batch}` });
  }
  return [input?.batch ?? batch ?? 1, ...(input?.image ?? defaultInput)];
}
