import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CheckResult } from '../../check/check-result.ts';
import { writeLock } from '../../check/lock/write-lock.ts';
import { VggError } from '../../core/errors/error.ts';
import { reportFormats } from '../../report/formats/registry.ts';
import type { Summary } from '../../report/formats/format.ts';
import type { Report } from '../../report/sheet/report.ts';
import { checkReport } from '../../report/subjects/check.ts';
import { writeReport } from '../../report/write.ts';
import { readBudgetFile } from '../../check/budgets/budget-file.ts';
import { loadLock, lockBeside, type LockFile } from './check/lock-file.ts';
import { afterUpdate, comparedWithLock, numbersOf } from '../../check/results.ts';
import type { RunModel } from '../../check/budgets/run-model.ts';
import { runModels } from './check/run-models.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io/io.ts';
import { addOutputOptions, type OutputOptions } from '../options/options.ts';
import { reportOptions, writeData } from '../io/output.ts';
import { addExamples, parse, parser } from '../options/parser.ts';
import { readText } from '../io/read-file.ts';
import { reasonOf } from '../io/reason.ts';
import { writeFile } from '../io/write-file.ts';

/** Where budgets are looked for when no file is named. */
const DEFAULT_FILE = 'vgg-inspect.yaml';

type Options = OutputOptions & {
  readonly update?: true;
  readonly lock?: string;
};

/** `vgg-inspect check [file]`: budgets for many models, and a lock of their numbers. Exit 1 when one does not hold. */
export async function check(argv: readonly string[], io: Io): Promise<number> {
  const command = parser('check')
    .description('Budgets for many models in one file, and a lock of every number, for CI.')
    .argument('[file]', `${DEFAULT_FILE} unless told otherwise`)
    .option('--update', 'record the numbers of all models in the lock')
    .option('--lock <file>', 'the lock; vgg-inspect.lock.yaml beside vgg-inspect.yaml');
  addOutputOptions(command, ['sheets', 'verdicts', 'data']);
  addExamples(command, [
    'vgg-inspect check',
    'vgg-inspect check --update',
    'vgg-inspect check models/budgets.yaml --format junit -o report.xml',
  ]);
  if (!(await parse(command, argv, io))) return exitCodes.fine;

  const { update = false, ...options } = command.opts<Options>();
  const how = reportOptions(options, io);
  const result = await run(command.args[0] ?? DEFAULT_FILE, update, options.lock, io);
  const report = checkReport(result);
  await writeData(await writeReport(report, how.format, how), options, io);
  const summary = reportFormats.find(({ name }) => name === how.format)?.summary;
  if (summary) await appendSummary(report, summary, io);
  return result.passed ? exitCodes.fine : exitCodes.assertionFailed;
}

/** Everything is read and checked before anything is written. */
async function run(file: string, update: boolean, named: string | undefined, io: Io): Promise<CheckResult> {
  const budgets = readBudgetFile(await readBudgets(file, io), file);
  const models = await runModels(budgets, file, io);
  const expected = (named ?? budgets.lock) !== undefined;
  const lock = await loadLock(named ?? lockBeside(file, budgets.lock), expected && !update, io);
  return update ? updated(file, models, lock, io) : comparedWithLock(file, models, lock);
}

async function readBudgets(file: string, io: Io): Promise<string> {
  try {
    return await readText(file, io.cwd);
  } catch (error) {
    if (error instanceof VggError && error.code === 'file-missing') {
      throw new VggError('check-file-missing', {}, { file });
    }
    if (error instanceof VggError && error.code === 'file-empty') {
      throw new VggError('check-no-models', {}, { file });
    }
    throw error;
  }
}

/** Writes the lock whole or not at all, and only where a number changed, so that it keeps its layout otherwise. */
async function updated(
  file: string,
  models: readonly RunModel[],
  lock: LockFile,
  io: Io,
): Promise<CheckResult> {
  const before = comparedWithLock(file, models, lock);
  const same = before.lock.state === 'checked' && before.lock.stale.length === 0;
  const kept = same && before.models.every((model) => model.lock === 'same');
  if (!kept) await writeFile(lock.file, writeLock(lock.text, numbersOf(models)), io.cwd);
  return afterUpdate(file, models, lock.file, !kept);
}

/** The page that is shown for a job takes text from the file that a variable names. */
async function appendSummary(report: Report, { variable, format }: Summary, io: Io): Promise<void> {
  const file = io.env[variable];
  if (!file) return;
  const text = await writeReport(report, format.name, { width: 80, color: false });
  try {
    await appendFile(resolve(io.cwd, file), `${text}\n`);
  } catch (error) {
    throw new VggError('cannot-write', { file, reason: reasonOf(error) });
  }
}
