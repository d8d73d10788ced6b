import type { Analysis } from '../analysis/analysis.ts';
import type { Fit } from '../analysis/fit/fit.ts';
import type { Format, ListItem, ReportOptions } from './options.ts';

export { formats, type Format, type ListItem, type ReportOptions } from './options.ts';

/** What each output format's file exports. */
interface Reporter {
  inspect(analysis: Analysis, options: ReportOptions): string;
  compare(analyses: readonly Analysis[], options: ReportOptions): string;
  list(items: readonly ListItem[], options: ReportOptions): string;
  fit(fit: Fit, options: ReportOptions): string;
}

/** One format, one file; loaded when it is asked for, so that start-up does not pay for the others. */
const reporters: Record<Format, () => Promise<Reporter>> = {
  table: () => import('./table.ts'),
  json: () => import('./json.ts'),
  markdown: () => import('./markdown.ts'),
  csv: () => import('./csv.ts'),
};

/**
 * One network, layer by layer. The text ends with a line feed.
 * Throws `unknown-layer-filter` when a name in `only` is no kind, family or stem.
 */
export async function reportInspect(analysis: Analysis, options: ReportOptions): Promise<string> {
  if (isTallied(analysis) && options.format !== 'json') return reportTallies([analysis], options);
  return (await reporters[options.format]()).inspect(analysis, options);
}

/** Two networks or more side by side, with ratios against the first. The text ends with a line feed. */
export async function reportCompare(analyses: readonly Analysis[], options: ReportOptions): Promise<string> {
  if (analyses.every(isTallied) && options.format !== 'json') return reportTallies(analyses, options);
  return (await reporters[options.format]()).compare(analyses, options);
}

/** Names that can be given on the command line, by section. The text ends with a line feed. */
export async function reportList(items: readonly ListItem[], options: ReportOptions): Promise<string> {
  return (await reporters[options.format]()).list(items, options);
}

/** Largest batches of devices, memory and time against batch size. The text ends with a line feed. */
export async function reportFit(fit: Fit, options: ReportOptions): Promise<string> {
  return (await reporters[options.format]()).fit(fit, options);
}

const isTallied = ({ counted, ledger }: Analysis): boolean => counted !== undefined || ledger !== undefined;

/** Networks that were counted by another convention, or by all: JSON has the tallies beside everything else. */
async function reportTallies(analyses: readonly Analysis[], options: ReportOptions): Promise<string> {
  const { ledgerSheets, tallySheets } = await import('./subjects/tally.ts');
  const { reportSheets } = await import('./sheet/index.ts');
  const counted = analyses.flatMap((analysis) =>
    analysis.counted ? [{ ...analysis, counted: analysis.counted }] : [],
  );
  const sheets = counted.length > 0 ? tallySheets(counted, options) : ledgerSheets(analyses);
  return reportSheets(sheets, analyses, options);
}
