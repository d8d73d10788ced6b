import { dirname, resolve } from 'node:path';
import type { BudgetFile } from '../../../check/budgets/budget-file.ts';
import { placed, runModel, type RunModel } from '../../../check/budgets/run-model.ts';
import { VggError } from '../../../core/errors/error.ts';
import type { Io } from '../../io/io.ts';
import { loadNetwork } from '../../io/load-network.ts';
import { besideFile } from './beside.ts';

/**
 * Every model of a file of budgets with its numbers. Files of specs lie beside the file of budgets.
 * Throws the errors of the networks, and of assertions that name what is not there, each with its place.
 */
export async function runModels({ models }: BudgetFile, file: string, io: Io): Promise<RunModel[]> {
  const there: Io = { ...io, cwd: resolve(io.cwd, dirname(file)) };
  const beside = (named: string) => besideFile(file, named);
  const done: RunModel[] = [];
  for (const model of models) {
    try {
      done.push(runModel(model, await loadNetwork(model.arch, model.options, there), beside));
    } catch (error) {
      throw error instanceof VggError ? placed(error, model.at, beside) : error;
    }
  }
  return done;
}
