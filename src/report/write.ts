import { VggError } from '../core/errors/error.ts';
import type { How, ReportFormat } from './formats/format.ts';
import { reportFormats } from './formats/registry.ts';
import { harmless } from './sheet/harmless.ts';
import type { Content, Report } from './sheet/report.ts';

/** A report in a format. The text ends with a line end. Throws `bad-option` for a format that it cannot be written in. */
export async function writeReport(report: Report, format: string, how: How): Promise<string> {
  const known = reportFormats.filter(({ reads }) => report[reads] !== undefined);
  const found = known.find(({ name }) => name === format);
  if (found) return writeIn(found, report, how);
  const expected = known.map(({ name }) => name).join(', ');
  throw new VggError('bad-option', { option: 'the format', expected, value: format });
}

function writeIn<C extends Content>(format: ReportFormat<C>, report: Report, how: How) {
  const contents = report[format.reads]!();
  // The other formats are for programs, and have an escape of their own for every character.
  return format.write(format.reads === 'sheets' ? harmless(contents) : contents, how);
}
