import type { Checks } from '../../../train/checks.ts';
import type { TrainingResult } from '../../../train/loop.ts';
import { checkLines } from '../../../report/subjects/train/checks.ts';
import { lossCurve } from '../../../report/subjects/train/curve.ts';
import { finalLines } from '../../../report/subjects/train/final.ts';
import { writeData } from '../../io/output.ts';
import { printable } from '../../io/printable.ts';
import type { Run } from './run.ts';

/** The result: the checks, the curve of the losses and the book's lines, or all of it as JSON. */
export async function report(
  run: Run,
  checks: Checks,
  result: TrainingResult,
  losses: readonly number[],
): Promise<void> {
  const { io, options } = run;
  const text = options.json
    ? `${JSON.stringify(asJson(run, checks, result), null, 2)}\n`
    : asText(run, checks, result, losses);
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

function asText(
  { io, selection }: Run,
  checks: Checks,
  { epochs, examplesPerSec }: TrainingResult,
  losses: readonly number[],
): string {
  const where = printable(`${selection.engine.name} (${selection.about.device})`);
  const last = epochs.at(-1);
  const width = io.stdout.columns ?? 80;
  const parts = [
    checkLines(checks),
    lossCurve(losses, width - 20, `loss, ${losses.length} steps`),
    last === undefined ? '' : finalLines(last, examplesPerSec, where),
  ];
  return parts.filter((part) => part !== '').join('\n');
}
