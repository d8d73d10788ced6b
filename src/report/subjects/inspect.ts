import type { Analysis } from '../../analysis/analysis.ts';
import { share } from '../../core/numbers.ts';
import { formatShape } from '../../core/shape.ts';
import type { ReportOptions } from '../options.ts';
import { recordsOf, type Report } from '../sheet/report.ts';
import type { Drawing, Row as SheetRow, Sheet, Table } from '../sheet/sheet.ts';
import { isBlock, type Block } from './inspect/blocks.ts';
import * as cells from './inspect/cells.ts';
import { layerTable } from './inspect/columns.ts';
import { layerFilter } from './inspect/filter.ts';
import { memoryDetail } from './inspect/memory-detail.ts';
import { headline, notesOf } from './inspect/notes.ts';
import { layerRecords } from './inspect/records.ts';
import { rowsOf, type Row } from './inspect/rows.ts';
import { layerBars } from './plot/layers.ts';
import { stepChart } from './plot/step.ts';
import { isTallied, tallies } from './tally.ts';

export type Shown = Pick<ReportOptions, 'only' | 'depth' | 'memory' | 'plot'>;

/** One network, layer by layer; where it was counted by another convention, what that one counts. */
export function inspectReport(analysis: Analysis, shown: Shown): Report {
  const data = () => inspectData(analysis, shown);
  if (!isTallied(analysis)) {
    return {
      sheets: () => [inspectSheet(analysis, shown)],
      records: () => [layerRecords(analysis, shown)],
      data,
    };
  }
  const sheets = () => tallies([analysis], shown);
  return { sheets, records: () => recordsOf(sheets()), data };
}

/** The network's name, its layers block by block, the totals, and the rule by which they were counted. */
function inspectSheet(analysis: Analysis, shown: Shown): Sheet {
  const { rows, hidden } = rowsOf(analysis, shown);
  return {
    title: headline(analysis),
    parts: [
      layerTable(analysis, rows),
      pageTable(analysis, rows),
      ...(shown.plot ? plots(analysis, shown) : []),
      ...(shown.memory ? memoryDetail(analysis) : []),
    ],
    notes: notesOf(analysis, hidden, shown),
  };
}

const plots = (analysis: Analysis, shown: Shown): Drawing[] => [
  layerBars(analysis, shown),
  ...(analysis.memory.training ? [stepChart(analysis.memory.training)] : []),
];

/** Blocks with their full paths, and every column that matters. */
function pageTable({ totals }: Analysis, rows: readonly Row[]): Table {
  const amounts = (of: { params: number; macs: number }) => [
    of.params,
    share(of.params, totals.params),
    of.macs,
    share(of.macs, totals.macs),
  ];
  const right = true;
  return {
    name: '',
    only: 'page',
    columns: [
      { head: 'layer' },
      { head: 'kind', keywords: true },
      { head: 'in→out' },
      { head: 'kernel/stride' },
      { head: 'output' },
      { head: 'parameters', right },
      { head: '%', right },
      { head: 'MACs', right },
      { head: '%', right },
    ],
    rows: rows.map(({ item, collapsed }): SheetRow => {
      if (isBlock(item)) {
        const size = collapsed ? cells.blockSize(item) : '';
        return {
          strong: true,
          cells: [item.path, size, '', '', formatShape(item.outputShape), ...amounts(item)],
        };
      }
      const of = [cells.channels(item), cells.kernelInFull(item), formatShape(item.outputShape)];
      return { cells: [item.path, item.kind, ...of, ...amounts(item)] };
    }),
    total: ['total', '', '', '', '', ...amounts(totals)],
  };
}

/**
 * The Analysis as it is. `only` leaves out layers and nothing else; `depth` adds `blocks`, the subtotals of the
 * blocks at that depth.
 */
function inspectData(analysis: Analysis, { only, depth }: Shown): unknown {
  const wanted = layerFilter(only);
  const blocks = depth === undefined ? undefined : rowsOf(analysis, { depth }).rows.map(({ item }) => item);
  return {
    ...analysis,
    layers: analysis.layers.filter(wanted),
    ...(blocks && { blocks: blocks.filter(isBlock).map(withoutChildren) }),
  };
}

const withoutChildren = (block: Block) => ({ ...block, children: undefined });
