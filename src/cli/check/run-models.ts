import { dirname, join, resolve } from 'node:path';
import type { Analysis } from '../../analysis/analysis.ts';
import { evaluate } from '../../analysis/assert/evaluate.ts';
import type { BudgetResult } from '../../analysis/lock/check-result.ts';
import { VggError } from '../../errors/error.ts';
import type { Origin } from '../../graph/graph.ts';
import { analyseNetwork, loadThinned } from '../analyse-network.ts';
import type { Io } from '../io.ts';
import { located, type BudgetModel } from './budget-file.ts';

/** A model with its numbers now. */
export interface RunModel {
  readonly model: BudgetModel;
  readonly analysis: Analysis;
  readonly budgets: readonly BudgetResult[];
  /** Where the layers are written that a spec's file describes. */
  readonly layersAt: ReadonlyMap<string, Origin>;
}

/**
 * Analyses a model and checks its budgets. Files of specs lie beside the file of budgets.
 * Throws the errors of the network, and of assertions that name what is not there, each with its place.
 */
export async function runModel(model: BudgetModel, file: string, io: Io): Promise<RunModel> {
  const { arch, options, at, budgets } = model;
  const folder = dirname(file);
  const beside: Io = { ...io, cwd: resolve(io.cwd, folder) };
  try {
    const analysis = await analyseNetwork(arch, options, beside);
    const { graph } = await loadThinned(arch, options, beside);
    const layersAt = new Map(
      graph.nodes.flatMap(({ path, origin }) =>
        origin ? [[path, { ...origin, file: join(folder, origin.file) }] as const] : [],
      ),
    );
    return { model, analysis, budgets: budgets.map((budget) => checked(budget, analysis)), layersAt };
  } catch (error) {
    throw error instanceof VggError ? inFolder(error, folder).at(at) : error;
  }
}

/** A spec's own place names its file as one would from where the command was called. */
function inFolder(error: VggError, folder: string): VggError {
  const { file } = error.location;
  if (file === undefined || folder === '.' || file.startsWith(folder)) return error;
  return new VggError(error.code, error.args, { ...error.location, file: join(folder, file) });
}

function checked({ assertion, at }: BudgetModel['budgets'][number], analysis: Analysis): BudgetResult {
  try {
    const { holds, expected, actual, difference } = evaluate(assertion, analysis);
    return { text: assertion.text, holds, expected, actual, difference, at };
  } catch (error) {
    throw located(error, at);
  }
}
