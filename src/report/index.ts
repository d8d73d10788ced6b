import type { Analysis } from '../analysis/analysis.ts';
import type { Fit } from '../analysis/fit/fit.ts';
import type { ListItem, ReportOptions } from './options.ts';
import { compareReport, type ComparisonOptions } from './subjects/compare.ts';
import { fitReport } from './subjects/fit.ts';
import { inspectReport } from './subjects/inspect.ts';
import { listReport } from './subjects/list.ts';
import { writeReport } from './write.ts';

/**
 * One network, layer by layer. The text ends with a line end.
 * Throws `unknown-layer-filter` when a name in `only` is no kind, family or stem.
 */
export const reportInspect = (analysis: Analysis, options: ReportOptions): Promise<string> =>
  writeReport(inspectReport(analysis, options), options.format, options);

/** Two networks or more side by side, with ratios against the first. The text ends with a line end. */
export const reportCompare = (
  analyses: readonly Analysis[],
  options: ReportOptions & ComparisonOptions,
): Promise<string> => writeReport(compareReport(analyses, options), options.format, options);

/** Names that can be given on the command line, by section. The text ends with a line end. */
export const reportList = (items: readonly ListItem[], options: ReportOptions): Promise<string> =>
  writeReport(listReport(items), options.format, options);

/** Largest batches of devices, memory and time against batch size. The text ends with a line end. */
export const reportFit = (fit: Fit, options: ReportOptions): Promise<string> =>
  writeReport(fitReport(fit, options), options.format, options);
