import type { Checks } from '../../../train/checks.ts';
import type { TrainingResult } from '../../../train/loop.ts';
import { trainReport } from '../../../report/subjects/train.ts';
import { writeReport } from '../../../report/write.ts';
import { formatOf, writeData } from '../../io/output.ts';
import { printable } from '../../io/printable.ts';
import type { Run } from './run.ts';

/** The result: the checks, the curve of the losses and the book's lines, or all of it as JSON. */
export async function report(
  run: Run,
  checks: Checks,
  result: TrainingResult,
  losses: readonly number[],
): Promise<void> {
  const { io, options, selection } = run;
  const { epochs, examplesPerSec } = result;
  const where = printable(`${selection.engine.name} (${selection.about.device})`);
  const training = { checks, losses, last: epochs.at(-1), examplesPerSec, where };
  const how = { width: io.stdout.columns ?? 80, color: false };
  const text = await writeReport(trainReport(training, asJson(run, checks, result)), formatOf(options), how);
  await writeData(text, options, io);
}

function asJson({ recipe, network, data, selection }: Run, checks: Checks, result: TrainingResult) {
  return {
    schemaVersion: 1,
    model: { name: network.graph.name, source: network.graph.source },
    input: { shape: network.input },
    data: { name: data.name, train: data.train.count, test: data.test.count },
    recipe,
    engine: selection.engine.name,
    backend: selection.about.backend,
    device: selection.about.device,
    examplesPerSec: result.examplesPerSec,
    epochs: result.epochs,
    checks,
  };
}
