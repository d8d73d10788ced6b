import { Chalk, type ChalkInstance } from 'chalk';
import type { Analysis } from '../analysis/analysis.ts';
import { isBlock } from './blocks.ts';
import { blockSize } from './cells.ts';
import { comparison } from './compare-table.ts';
import { grid, type GridCell } from './grid.ts';
import { fit, widthOf, type Layout } from './layout.ts';
import { listing } from './list-table.ts';
import { headline, notesOf } from './notes.ts';
import type { ListItem, ReportOptions } from './options.ts';
import { rowsOf, type Row } from './rows.ts';
import { tail, wrapNotes, wrapWords } from './wrap.ts';

const chalkOf = ({ color }: ReportOptions): ChalkInstance => new Chalk({ level: color ? 1 : 0 });

/** The network's name, its layers block by block, the totals, and the rule by which they were counted. */
export function inspect(analysis: Analysis, options: ReportOptions): string {
  const chalk = chalkOf(options);
  const { width } = options;
  const { rows, hidden } = rowsOf(analysis, options);
  const layout = fit(analysis, rows, width);
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
    ...notes,
    '',
  ].join('\n');
}

function cellsOf(row: Row, { columns, widths, gap, indent }: Layout, chalk: ChalkInstance): GridCell[] {
  const { item, level, label, collapsed } = row;
  if (!isBlock(item)) {
    return columns.map(({ layer, right }, i) => {
      const text = i === 0 ? tail(layer(item, row), widths[0]!) : layer(item, row);
      return { text: /^0\b/.test(text) ? chalk.dim(text) : text, right: right === true };
    });
  }
  const span = columns.findIndex(({ block }) => block !== undefined);
  const room = widthOf({ widths: widths.slice(0, span), gap });
  const size = collapsed ? `  ${blockSize(item)}` : '';
  const name = ' '.repeat(level * indent) + label;
  const shown = tail(name, room - size.length) + size;
  return [
    { text: chalk.bold(shown), span },
    ...columns.slice(span).map(({ block, right }) => ({
      text: chalk.bold(block?.(item) ?? ''),
      right: right === true,
    })),
  ];
}

function totalCells({ totals }: Analysis, { columns }: Layout, chalk: ChalkInstance): GridCell[] {
  const span = columns.findIndex(({ block }) => block !== undefined);
  return [
    { text: chalk.bold('total'), span },
    ...columns.slice(span).map(({ total, right }) => ({
      text: chalk.bold(total?.(totals) ?? ''),
      right: right === true,
    })),
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
