import { analyze } from '../../analysis/analyze.ts';
import type { Analysis } from '../../analysis/analysis.ts';
import { countingBy } from '../../analysis/conventions/counting-by.ts';
import { analyzeOptions } from '../../analysis/options/analyze-options.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Origin } from '../../core/origin.ts';
import type { Graph } from '../../graph/graph.ts';
import { evaluate } from '../assert/evaluate.ts';
import type { BudgetResult } from '../check-result.ts';
import { located, type BudgetModel } from './budget-file.ts';

/** A model with its numbers now. */
export interface RunModel {
  readonly model: BudgetModel;
  readonly analysis: Analysis;
  readonly budgets: readonly BudgetResult[];
  /** Where the layers are written that a spec's file describes. */
  readonly layersAt: ReadonlyMap<string, Origin>;
}

/** A file that the file of budgets names, as one would name it from where the command was called. */
export type Beside = (named: string) => string;

/** Analyses a model's graph and checks its budgets. Throws as `analyze` and `evaluate`. */
export function runModel(model: BudgetModel, graph: Graph, beside: Beside): RunModel {
  const { options, budgets } = model;
  const counted = options.convention === undefined ? undefined : countingBy(options.convention);
  const network = analyze(graph, analyzeOptions(graph, options));
  const analysis = counted ? counted(network) : network;
  const layersAt = new Map(
    graph.nodes.flatMap(({ path, origin }) =>
      origin ? [[path, { ...origin, file: beside(origin.file) }] as const] : [],
    ),
  );
  return { model, analysis, budgets: budgets.map((budget) => checked(budget, analysis)), layersAt };
}

/**
 * An error of a model at the line of its spec. What is wrong with the spec as a whole is told at the line that names
 * it, which is `at`.
 */
export function placed(error: VggError, at: Origin, beside: Beside): VggError {
  const { location, message, hint } = error;
  if (location.file === undefined || location.file === at.file) return error.at(at);
  const file = beside(location.file);
  if (location.line === undefined)
    return new VggError('check-model-file', { file, problem: message, hint }, at);
  return new VggError(error.code, error.args, { ...location, file });
}

function checked({ assertion, at }: BudgetModel['budgets'][number], analysis: Analysis): BudgetResult {
  try {
    const { holds, expected, actual, difference } = evaluate(assertion, analysis);
    return { text: assertion.text, holds, expected, actual, difference, at };
  } catch (error) {
    throw located(error, at);
  }
}
