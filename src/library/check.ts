import { architecture } from '../arch/catalog.ts';
import { load } from '../arch/load.ts';
import { namedSource } from '../arch/named.ts';
import { readBudgetFile } from '../check/budgets/budget-file.ts';
import { placed, runModel } from '../check/budgets/run-model.ts';
import type { CheckResult } from '../check/check-result.ts';
import { readLock } from '../check/lock/read-lock.ts';
import { writeLock } from '../check/lock/write-lock.ts';
import { comparedWithLock, numbersOf } from '../check/results.ts';
import { VggError } from '../core/errors/error.ts';
import type { Graph } from '../graph/graph.ts';

export interface CheckOptions {
  /** The text of a lock, whose numbers the models must have. */
  readonly lock?: string;
  /** The networks that the budgets name and that are not built in, by what they are called there: `net.yaml`. */
  readonly networks?: Readonly<Record<string, Graph>>;
}

/** What came of it, and the text of a lock that holds the numbers as they are now. */
export type Checked = CheckResult & { readonly newLock: string };

/**
 * The budgets of many models, as in a file of `vgg-inspect check`; `budgets` is its text. No file is read or written.
 * Throws the errors of budgets, locks and networks, each with its line.
 */
export function check(budgets: string, { lock, networks = {} }: CheckOptions = {}): Checked {
  const [file, lockFile] = ['<budgets>', '<lock>'];
  const given = new Map(Object.entries(networks));
  const models = readBudgetFile(budgets, file).models.map((model) => {
    try {
      const { arch, options } = model;
      if (arch === undefined)
        throw new VggError('missing-argument', { what: 'the architecture', example: 'arch: vgg11' });
      const graph = given.get(arch);
      const source = graph ? { about: arch, reads: [], build: () => graph } : namedSource(architecture(arch));
      return runModel(model, load(source, options), (named) => named);
    } catch (error) {
      throw error instanceof VggError ? placed(error, model.at, (named) => named) : error;
    }
  });
  const filed = lock === undefined ? { file: lockFile } : { file: lockFile, lock: readLock(lock, lockFile) };
  return { ...comparedWithLock(file, models, filed), newLock: writeLock(lock, numbersOf(models)) };
}
