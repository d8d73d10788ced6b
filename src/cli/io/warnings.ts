import type { Analysis } from '../../analysis/analysis.ts';
import type { Io } from './io.ts';
import { printable } from './printable.ts';

/** Each warning of each analysis, one a line, on stderr; with the network's name where there are several. */
export async function writeWarnings(analyses: readonly Analysis[], io: Io): Promise<void> {
  if (io.quiet) return;
  for (const { model, warnings } of analyses) {
    const prefix = analyses.length > 1 ? `${model.name}: ` : '';
    for (const { message } of warnings) await io.stderr.write(`warning: ${printable(prefix + message)}\n`);
  }
}
