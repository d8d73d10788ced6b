import type { OptionsFor } from '../../core/options/option.ts';
import { text } from '../../core/options/values.ts';
import type { Graph } from '../../graph/graph.ts';
import type { AnalyzeOptions } from '../analyze.ts';
import { inputShapes, type InputOptions } from './input-options.ts';
import { memoryOptions, type TrainingMemoryOptions } from './memory-options.ts';

export interface ConventionOptions {
  readonly convention?: string;
}

export const conventionOptions: OptionsFor<ConventionOptions> = {
  convention: {
    value: '<name>',
    about: 'count as another tool does: thop, fvcore, …, or all; see list conventions',
    read: text,
  },
};

/** What the options say of the analysis of a graph. Throws `options-contradict` and `option-needs`. */
export function analyzeOptions(
  graph: Graph,
  options: InputOptions & TrainingMemoryOptions,
): AnalyzeOptions & Required<Pick<AnalyzeOptions, 'memory'>> {
  const { dtype } = options;
  return {
    inputs: inputShapes(graph, options),
    memory: memoryOptions(options),
    ...(dtype && { dtype }),
  };
}
