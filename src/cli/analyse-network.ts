import { analyse } from '../analysis/analyse.ts';
import type { Analysis } from '../analysis/analysis.ts';
import { dividedFirstWarning } from '../arch/divided-first.ts';
import { VggError } from '../errors/error.ts';
import type { Graph } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import { thin } from '../graph/thin.ts';
import type { Io } from './io.ts';
import type { InputOptions, LiteralOptions, NetworkOptions } from './options.ts';
import { loadNetwork } from './source.ts';

export type AnalysisOptions = NetworkOptions & LiteralOptions & InputOptions;

/** The analysis of what one network argument and its options mean. */
export async function analyseNetwork(
  arch: string | undefined,
  options: AnalysisOptions,
  io: Io,
): Promise<Analysis> {
  const { ratio = 1, name, dtype } = options;
  const { graph, weightLayersDividedFirst } = await loadNetwork(arch, options, io);
  const thinned = thin(name === undefined ? graph : { ...graph, name }, ratio);
  const analysis = analyse(thinned, { input: inputShape(graph, options), ...(dtype && { dtype }) });
  const warning = weightLayersDividedFirst && dividedFirstWarning(weightLayersDividedFirst, ratio);
  return warning ? { ...analysis, warnings: [...analysis.warnings, warning] } : analysis;
}

/** N×C×H×W. Throws `options-contradict` when `--input` and `--batch` name different batches. */
function inputShape({ defaultInput }: Graph, { input, batch }: InputOptions): Shape {
  if (input?.batch !== undefined && batch !== undefined && input.batch !== batch) {
    const first = `--input with a batch of ${input.batch}`;
    throw new VggError('options-contradict', { first, second: `--batch ${batch}` });
  }
  return [input?.batch ?? batch ?? 1, ...(input?.image ?? defaultInput)];
}
