import { VggError } from '../../core/errors/error.ts';
import type { Format, ReportOptions } from '../../report/options.ts';
import type { Io } from './io.ts';
import type { OutputOptions } from '../options/options.ts';

/** Width of what nobody's terminal limits. */
const DEFAULT_WIDTH = 80;

/** How a report is to be written. Throws `options-contradict` for `--json` with another format. */
export function reportOptions(options: OutputOptions, io: Io): ReportOptions {
  return { format: formatOf(options), width: widthOf(io), color: colorOf(options, io) };
}

function formatOf({ json, format }: OutputOptions): Format {
  if (json && format !== undefined && format !== 'json') {
    throw new VggError('options-contradict', { first: '--json', second: `--format ${format}` });
  }
  return json ? 'json' : (format ?? 'table');
}

/** The terminal's width; off a terminal `COLUMNS` decides. */
function widthOf({ stdout, env }: Io): number {
  if (stdout.isTTY && stdout.columns) return stdout.columns;
  const columns = /^\d{1,4}$/.test(env['COLUMNS'] ?? '') ? Number(env['COLUMNS']) : 0;
  return columns > 0 ? columns : DEFAULT_WIDTH;
}

/** The flag decides, then `FORCE_COLOR`, then `NO_COLOR` (as in Node itself), then what stdout is. */
function colorOf({ color, output }: OutputOptions, { stdout, env }: Io): boolean {
  if (color !== undefined) return color;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && output === undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] || env['TERM'] === 'dumb' || output !== undefined) return false;
  return stdout.isTTY;
}

/** Data, to stdout or, whole or not at all, to the file that `-o` names. Throws `cannot-write`. */
export async function writeData(text: string, { output }: OutputOptions, io: Io): Promise<void> {
  if (output === undefined || output === '-') return io.stdout.write(text);
  const { writeWhole } = await import('./write-whole.ts');
  writeWhole(output, text, io.cwd);
}
