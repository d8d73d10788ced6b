import type { Analysis } from '../analysis/analysis.ts';
import type { Fit } from '../analysis/fit/fit.ts';
import { isBlock, type Block } from './subjects/inspect/blocks.ts';
import { layerFilter } from './subjects/inspect/filter.ts';
import { jsonText as print } from './formats/json.ts';
import type { ListItem, ReportOptions } from './options.ts';
import { quantities } from './subjects/compare/quantities.ts';
import { rowsOf } from './subjects/inspect/rows.ts';

/**
 * The Analysis as it is. `only` leaves out layers and nothing else; `depth` adds `blocks`, the subtotals of the
 * blocks at that depth.
 */
export function inspect(analysis: Analysis, { only, depth }: ReportOptions): string {
  const wanted = layerFilter(only);
  const blocks = depth === undefined ? undefined : rowsOf(analysis, { depth }).rows.map(({ item }) => item);
  return print({
    ...analysis,
    layers: analysis.layers.filter(wanted),
    ...(blocks && { blocks: blocks.filter(isBlock).map(withoutChildren) }),
  });
}

/** The analyses, and each quantity with its value for every one of them. */
export function compare(analyses: readonly Analysis[], { only }: ReportOptions): string {
  const wanted = layerFilter(only);
  return print({
    schemaVersion: 1,
    models: analyses.map((analysis) => ({ ...analysis, layers: analysis.layers.filter(wanted) })),
    comparison: quantities(analyses),
  });
}

/** `{architectures: [{name, …facts, summary}], …}` */
export function list(items: readonly ListItem[]): string {
  const sections: Record<string, object[]> = {};
  for (const { section, name, summary, facts } of items) {
    (sections[section] ??= []).push({ name, ...facts, summary });
  }
  return print({ schemaVersion: 1, ...sections });
}

/** The Fit as it is. */
export const fit = (result: Fit): string => print(result);

const withoutChildren = (block: Block) => ({ ...block, children: undefined });
