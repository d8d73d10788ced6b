import { sum } from '../../../core/arithmetic.ts';
import { isRight, tableText, type RowText, type TableText } from '../../sheet/cell-text.ts';
import type { Column, Styled, Table } from '../../sheet/sheet.ts';
import { tail, widest } from '../../sheet/width.ts';
import { grid, type GridCell } from './grid.ts';
import type { Paint } from './paint.ts';
import { wrapWords } from './wrap.ts';

const GAP = 2;

/** A table whose columns are what they are; several where groups of columns have no room beside each other. */
export function fixedTables(table: Table, width: number, paint: Paint): string[][] {
  if (table.rows.length === 0) return [];
  const { gap = GAP, unruled = false, below } = table;
  const whole = withoutOptional(indented(tableText(table, 'terminal')), width, gap);
  const drawn = splitByGroups(whole, width, gap).map((text) => tableLines(text, width, gap, unruled, paint));
  const drawing = below?.(width).map(({ text, style }) => paint(text, style)) ?? [];
  return [...drawn.slice(0, -1), [...drawn.at(-1)!, ...drawing]];
}

/** Parts are indented a step further than their whole. */
const indented = (text: TableText): TableText => ({
  ...text,
  rows: text.rows.map((row) => {
    const [first, ...others] = row.cells;
    if (row.level !== 'part' || !first) return row;
    return { ...row, cells: [{ ...first, text: `  ${first.text}` }, ...others] };
  }),
});

const headLines = ({ head, stack }: Column): readonly Styled[] =>
  stack ?? (head === '' ? [] : [{ text: head, style: 'faint' }]);

/** What each column takes where there is room for all. */
function naturalWidths({ columns, rows, total }: TableText): number[] {
  return columns.map((column, i) => {
    const most = widest([
      ...headLines(column).map(({ text }) => text),
      ...rows.map(({ cells }) => (column.bars ? '' : cells[i]!.text)),
      ...(total ? [total[i]!] : []),
    ]);
    return Math.min(most, column.longest ?? Infinity);
  });
}

const spaceOf = (widths: readonly number[], gap: number) => sum(widths) + gap * (widths.length - 1);

const select = ({ columns, rows, total }: TableText, kept: readonly number[]): TableText => ({
  columns: kept.map((i) => columns[i]!),
  rows: rows.map((row) => ({ ...row, cells: kept.map((i) => row.cells[i]!) })),
  total: total && kept.map((i) => total[i]!),
});

/** Without the optional columns that there is no room for, the last of them first. */
function withoutOptional(text: TableText, width: number, gap: number): TableText {
  const { columns } = text;
  if (!columns.some(({ optional }) => optional)) return text;
  const needed = naturalWidths(text).map((natural, i) => columns[i]!.wraps ?? natural);
  let kept = [...columns.keys()];
  for (;;) {
    const last = kept.findLast((i) => columns[i]!.optional);
    const space = spaceOf(
      kept.map((i) => needed[i]!),
      gap,
    );
    if (last === undefined || space <= width) break;
    kept = kept.filter((i) => i !== last);
  }
  return select(text, kept);
}

/** As many groups of columns as there is room for, and at least one, beside the columns of no group. */
function splitByGroups(text: TableText, width: number, gap: number): TableText[] {
  const { columns } = text;
  const all = [...columns.keys()];
  const groups = [...new Set(columns.map(({ group }) => group))]
    .filter((group) => group !== undefined)
    .map((group) => all.filter((i) => columns[i]!.group === group));
  if (groups.length === 0) return [text];
  const natural = naturalWidths(text);
  const common = all.filter((i) => columns[i]!.group === undefined);
  const tables: number[][] = [];
  let room = 0;
  for (const members of groups) {
    const needed = sum(members.map((i) => natural[i]! + gap));
    if (tables.length === 0 || needed > room) {
      tables.push([...common]);
      room = width - sum(common.map((i) => natural[i]!)) - gap * (common.length - 1);
    }
    tables.at(-1)!.push(...members);
    room -= needed;
  }
  return tables.map((kept) => select(text, kept));
}

function tableLines(text: TableText, width: number, gap: number, unruled: boolean, paint: Paint): string[] {
  const { columns, rows, total } = text;
  const widths = fittingWidths(text, width, gap);
  const head = headRows(columns);
  const body = rows.map((row) => rowLines(row, columns, widths));
  const foot = total ? [total.map((cell): Styled => ({ text: cell, style: 'strong' }))] : [];
  const all = [...head, ...body.flat(), ...foot];
  const cells = all.map((line) =>
    line.map(({ text: cell, style }, i): GridCell => ({
      text: paint(cell, style),
      right: isRight(columns[i]!, 'terminal'),
    })),
  );
  // A word that is longer than its column sticks out of it.
  const drawn = widths.map((room, i) => Math.max(room, widest(all.map((line) => line[i]!.text))));
  const lines = grid(cells, drawn, gap);
  const rule = paint('─'.repeat(spaceOf(widths, gap)), 'faint');
  let next = head.length;
  return [
    ...lines.slice(0, head.length),
    ...(head.length > 0 && !unruled ? [rule] : []),
    ...body.flatMap((row, i) => [
      ...aboveLines(rows[i]!, rows[i - 1], width).map((line) => paint(line, 'faint')),
      ...lines.slice(next, (next += row.length)),
    ]),
    ...(total ? [rule, ...lines.slice(next)] : []),
  ];
}

/** Bars and texts that hang take all the room; others what they need, as far as their column can give. */
function fittingWidths(text: TableText, width: number, gap: number): number[] {
  const { columns } = text;
  const widths = naturalWidths(text);
  const over = () => spaceOf(widths, gap) - width;
  for (const [i, { bars, hanging, wraps }] of columns.entries()) {
    const natural = widths[i]!;
    const room = natural - over();
    if (bars) widths[i] = Math.max(0, room);
    else if (hanging !== undefined) widths[i] = Math.max(wraps ?? 0, room);
    else if (wraps !== undefined && room < natural) widths[i] = Math.max(Math.min(wraps, natural), room);
  }
  const [first = 0] = widths;
  const shortest = columns[0]?.shortest;
  if (shortest !== undefined && over() > 0) widths[0] = Math.max(Math.min(shortest, first), first - over());
  return widths;
}

/** Lines of a heading that say something. */
function headRows(columns: readonly Column[]): Styled[][] {
  const stacks = columns.map(headLines);
  const height = Math.max(...stacks.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    stacks.map((lines) => lines[line] ?? { text: '' }),
  ).filter((line) => line.some(({ text }) => text !== ''));
}

/** A row on as many lines as its text takes. */
function rowLines(row: RowText, columns: readonly Column[], widths: readonly number[]): Styled[][] {
  const strong = row.strong || row.level === 'whole';
  const cells = row.cells.map(({ text, style = strong ? 'strong' : undefined, unwrapped }, i): Styled[] => {
    const { wraps, hanging = 0, shortest, longest, bars } = columns[i]!;
    const room = widths[i]!;
    const styled = (line: string): Styled => (style ? { text: line, style } : { text: line });
    if (bars) return [styled('█'.repeat(Math.round(Number(text) * room)))];
    if (shortest !== undefined || longest !== undefined) return [styled(tail(text, room))];
    if (wraps === undefined || unwrapped) return [styled(text)];
    return wrapWords(text, room - hanging).map((line, n) =>
      styled(n === 0 ? line : ' '.repeat(hanging) + line),
    );
  });
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => cells.map((lines) => lines[line] ?? { text: '' }));
}

/** What a row shares with others and the row before it does not. */
function aboveLines({ above = [] }: RowText, before: RowText | undefined, width: number): string[] {
  if (above.length === 0 || before?.above?.join('\n') === above.join('\n')) return [];
  return ['', ...above.flatMap((text) => wrapWords(text, width))];
}
