import type { Format, ReportOptions } from '../options.ts';
import type { Sheet } from './sheet.ts';

type Writer = (all: readonly Sheet[], options: ReportOptions) => string;

/** One format, one file; loaded when it is asked for. JSON is the data itself, which has no sheets. */
const writers: Record<Exclude<Format, 'json'>, () => Promise<{ sheets: Writer }>> = {
  table: () => import('../formats/table/sheet.ts'),
  markdown: () => import('../formats/markdown.ts'),
  csv: () => import('../formats/csv.ts'),
};

/** Sheets in a format, or `data` as JSON. The text ends with a line feed. */
export async function reportSheets(
  all: readonly Sheet[],
  data: unknown,
  options: ReportOptions,
): Promise<string> {
  if (options.format === 'json') return (await import('../formats/json.ts')).jsonText(data);
  return (await writers[options.format]()).sheets(all, options);
}
