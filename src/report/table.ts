import { Chalk, type ChalkInstance } from 'chalk';
import type { Analysis } from '../analysis/analysis.ts';
import type { Fit } from '../analysis/fit/fit.ts';
import { isBlock } from './subjects/inspect/blocks.ts';
import { comparison } from './subjects/compare.ts';
import { fitReport } from './fit-table.ts';
import { grid, type GridCell } from './formats/table/grid.ts';
import {
  cellText,
  emptyBeside,
  fit as fitColumns,
  TOTAL,
  widthOf,
  type Column,
  type Layout,
} from './subjects/inspect/columns.ts';
import { listing } from './subjects/list.ts';
import { memoryDetail } from './subjects/inspect/memory-detail.ts';
import { headline, notesOf } from './subjects/inspect/notes.ts';
import type { ListItem, ReportOptions } from './options.ts';
import { rowsOf, type Row } from './subjects/inspect/rows.ts';
import { tail, wrapNotes, wrapWords } from './formats/table/wrap.ts';

const chalkOf = ({ color }: ReportOptions): ChalkInstance => new Chalk({ level: color ? 1 : 0 });

/** The network's name, its layers block by block, the totals, and the rule by which they were counted. */
export function inspect(analysis: Analysis, options: ReportOptions): string {
  const chalk = chalkOf(options);
  const { width } = options;
  const { rows, hidden } = rowsOf(analysis, options);
  const layout = fitColumns(analysis, rows, width);
  const rule = chalk.dim('─'.repeat(widthOf(layout)));
  const head = [0, 1].map((line) =>
    layout.columns.map(({ head, right }): GridCell => ({
      text: chalk.dim(head[line]!),
      right: right === true,
    })),
  );
  const body = rows.map((row) => cellsOf(row, layout, chalk));
  const lines = grid([...head, ...body, totalCells(analysis, layout, chalk)], layout.widths, layout.gap);
  const title = wrapWords(headline(analysis), width);
  const notes = wrapNotes(notesOf(analysis, hidden, options), width, chalk.dim);
  return [
    ...title.map((line) => chalk.bold(line)),
    '',
    ...lines.slice(0, head.length),
    rule,
    ...lines.slice(head.length, -1),
    rule,
    lines.at(-1)!,
    '',
    ...(options.memory ? memoryDetail(analysis, width, chalk) : []),
    ...notes,
    '',
  ].join('\n');
}

/** From this part of the total on, a number stands out. */
const LARGE = 0.1;

/** A name that is longer than its column runs on through the empty cells beside it; one with no room is cut. */
function cellsOf(row: Row, { columns, widths, gap }: Layout, chalk: ChalkInstance): GridCell[] {
  const texts = columns.map((column) => cellText(column, row));
  const empty = emptyBeside({ columns: columns.slice(1), widths: widths.slice(1), gap }, row);
  const style = (text: string, { part }: Column): string => {
    if (isBlock(row.item)) return chalk.bold(text);
    if (part && part(row.item) >= LARGE) return chalk.yellow(text);
    return /^0\b/.test(text) ? chalk.dim(text) : text;
  };
  return [
    { text: style(tail(texts[0]!, widths[0]! + empty.width), columns[0]!), span: 1 + empty.count },
    ...columns
      .map((column, i) => ({ text: style(texts[i]!, column), right: column.right === true }))
      .slice(1 + empty.count),
  ];
}

function totalCells({ totals }: Analysis, { columns }: Layout, chalk: ChalkInstance): GridCell[] {
  const [, ...others] = columns;
  return [
    { text: chalk.bold(TOTAL) },
    ...others.map(({ total, right }) => ({ text: chalk.bold(total?.(totals) ?? ''), right: right === true })),
  ];
}

/** A row a quantity, a column a network, ratios against the first. */
export function compare(analyses: readonly Analysis[], options: ReportOptions): string {
  return comparison(analyses, options, chalkOf(options));
}

/** A heading a section, a row a name. */
export function list(items: readonly ListItem[], options: ReportOptions): string {
  return listing(items, options, chalkOf(options));
}

/** The largest batches, and memory and time by batch size. */
export function fit(result: Fit, options: ReportOptions): string {
  return fitReport(result, options.width, chalkOf(options));
}
