import { VggError } from '../../core/errors/error.ts';
import { defaultFormat, reportFormats } from '../../report/formats/registry.ts';
import type { Format, ReportOptions } from '../../report/options.ts';
import type { Io } from './io.ts';
import type { OutputOptions, PlotOptions } from '../options/options.ts';

/** Width of what nobody's terminal limits. */
const DEFAULT_WIDTH = 80;

/** How a report is to be written. Throws `options-contradict` for `--json` with another format. */
export function reportOptions(options: OutputOptions, io: Io): ReportOptions {
  return { format: formatOf(options), width: widthOf(io), color: colorOf(options, io) };
}

/** The format that `--format` names, or that has an option of its own. */
export function formatOf(options: Pick<OutputOptions, 'format' | 'json'>): Format {
  const { format } = options;
  const given = new Map<string, unknown>(Object.entries(options));
  const flagged = reportFormats.find(({ flag }) => flag !== undefined && given.get(flag) === true);
  if (flagged && format !== undefined && format !== flagged.name) {
    throw new VggError('options-contradict', { first: `--${flagged.flag}`, second: `--format ${format}` });
  }
  return flagged?.name ?? format ?? defaultFormat.name;
}

/** Whether drawings are wanted and somebody sees them: off a terminal there are none. */
export const plotted = ({ plot, output }: PlotOptions & OutputOptions, { stdout }: Io): boolean =>
  plot === true && stdout.isTTY && output === undefined;

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
  const { writeFile } = await import('./write-file.ts');
  await writeFile(output, text, io.cwd, { orDevice: true });
}
