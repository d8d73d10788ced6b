import { dirname, resolve } from 'node:path';
import type { Analysis } from '../../analysis/analysis.ts';
import { evaluate } from '../assert/evaluate.ts';
import type { BudgetResult } from '../check-result.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Origin } from '../../core/origin.ts';
import { analyseNetwork } from '../../cli/io/analyse-network.ts';
import { loadNetwork } from '../../cli/io/load-network.ts';
import { countingBy } from '../../analysis/conventions/counting-by.ts';
import type { Io } from '../../cli/io/io.ts';
import { besideFile } from '../../cli/commands/check/beside.ts';
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
  const beside: Io = { ...io, cwd: resolve(io.cwd, dirname(file)) };
  try {
    const counted = options.convention === undefined ? undefined : countingBy(options.convention);
    const network = await analyseNetwork(arch, options, beside);
    const analysis = counted ? counted(network) : network;
    const graph = await loadNetwork(arch, options, beside);
    const layersAt = new Map(
      graph.nodes.flatMap(({ path, origin }) =>
        origin ? [[path, { ...origin, file: besideFile(file, origin.file) }] as const] : [],
      ),
    );
    return { model, analysis, budgets: budgets.map((budget) => checked(budget, analysis)), layersAt };
  } catch (error) {
    throw error instanceof VggError ? placed(error, file, at) : error;
  }
}

/**
 * An error of a model at the line of its spec, whose file is named as one would from where the command was called.
 * What is wrong with the spec as a whole stands at the line that names it.
 */
function placed(error: VggError, file: string, at: Origin): VggError {
  const { location, message, hint } = error;
  if (location.file === undefined || location.file === file) return error.at(at);
  const spec = besideFile(file, location.file);
  if (location.line === undefined)
    return new VggError('check-model-file', { file: spec, problem: message, hint }, at);
  return new VggError(error.code, error.args, { ...location, file: spec });
}

function checked({ assertion, at }: BudgetModel['budgets'][number], analysis: Analysis): BudgetResult {
  try {
    const { holds, expected, actual, difference } = evaluate(assertion, analysis);
    return { text: assertion.text, holds, expected, actual, difference, at };
  } catch (error) {
    throw located(error, at);
  }
}
