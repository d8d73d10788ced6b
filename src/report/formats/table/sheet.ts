import { Chalk, type ChalkInstance } from 'chalk';
import { grid, type GridCell } from './grid.ts';
import type { ReportOptions } from '../../options.ts';
import { tail, wrapNotes, wrapWords } from './wrap.ts';
import { cellText, rowTexts } from '../../sheet/cell-text.ts';
import type { Sheet, SheetColumn, SheetTable } from '../../sheet/sheet.ts';

const GAP = 2;
const NARROWEST_WRAPPED = 19;
const NARROWEST_NAME = 12;

/** Tables for people, within the width of the terminal. */
export function sheets(all: readonly Sheet[], { width, color }: ReportOptions): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return all.map((sheet) => `${drawn(sheet, width, chalk).join('\n')}\n`).join('\n');
}

function drawn({ title, tables, notes }: Sheet, width: number, chalk: ChalkInstance): string[] {
  const lines = wrapWords(title, width).map((line) => chalk.bold(line));
  for (const table of tables) {
    lines.push('');
    // A name that only says the title again is for CSV.
    if (tables.length > 1 && table.name !== '') lines.push(chalk.bold(table.name));
    lines.push(...tableLines(table, width, chalk));
  }
  if (notes.length > 0) lines.push('', ...wrapNotes(notes, width, chalk.dim));
  return lines;
}

function tableLines(table: SheetTable, width: number, chalk: ChalkInstance): string[] {
  if (table.rows.length === 0) return [];
  const { columns, texts, total } = fitting(table, width);
  const widths = widthsOf(columns, [...texts, ...(total ? [total] : [])], width);
  const cells = (row: readonly string[], style: (text: string) => string): GridCell[][] => {
    const wrapped = row.map((text, i) =>
      columns[i]!.wraps ? wrapWords(text, widths[i]!) : [i === 0 ? tail(text, widths[0]!) : text],
    );
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      wrapped.map((lines, i) => ({ text: style(lines[line] ?? ''), right: columns[i]!.right === true })),
    );
  };
  const head = cells(
    columns.map((column) => column.head),
    chalk.dim,
  );
  const body = texts.flatMap((row) => cells(row, (text) => text));
  const foot = total ? cells(total, chalk.bold) : [];
  const lines = grid([...head, ...body, ...foot], widths, GAP);
  const rule = chalk.dim('─'.repeat(sum(widths) + GAP * (widths.length - 1)));
  if (total) lines.splice(lines.length - foot.length, 0, rule);
  lines.splice(head.length, 0, rule);
  return lines;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const longest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, text.length), 0);

/** Without the optional columns that there is no room for, the last of them first. */
function fitting(table: SheetTable, width: number) {
  const texts = rowTexts(table);
  const total = table.total?.map((cell, i) => cellText(cell, table.columns[i]!));
  let kept = table.columns.map((_, i) => i);
  const natural = table.columns.map((column, i) =>
    column.wraps
      ? NARROWEST_WRAPPED
      : longest([column.head, ...texts.map((row) => row[i]!), ...(total ? [total[i]!] : [])]),
  );
  const needed = () => sum(kept.map((i) => natural[i]!)) + GAP * (kept.length - 1);
  for (;;) {
    const last = kept.findLast((i) => table.columns[i]!.optional);
    if (last === undefined || needed() <= width) break;
    kept = kept.filter((i) => i !== last);
  }
  const pick = <T>(row: readonly T[]) => kept.map((i) => row[i]!);
  return { columns: pick(table.columns), texts: texts.map(pick), total: total && pick(total) };
}

function widthsOf(
  columns: readonly SheetColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): number[] {
  const natural = columns.map(({ head }, i) => longest([head, ...rows.map((row) => row[i]!)]));
  const over = () => sum(natural) + GAP * (natural.length - 1) - width;
  const wrapping = columns.findIndex(({ wraps }) => wraps);
  if (wrapping !== -1 && over() > 0) {
    natural[wrapping] = Math.max(
      Math.min(NARROWEST_WRAPPED, natural[wrapping]!),
      natural[wrapping]! - over(),
    );
  }
  if (over() > 0) natural[0] = Math.max(Math.min(NARROWEST_NAME, natural[0]!), natural[0]! - over());
  return natural;
}
