import { grouped } from '../../core/numbers.ts';
import type { Cell, Column, Medium, Styled, Table } from './sheet.ts';

/** As people read it. */
function cellText(cell: Cell, { signed = false, bars = false }: Column): string {
  if (typeof cell === 'string') return cell;
  if (cell === null) return '–';
  if (typeof cell === 'object') return cell.text;
  if (bars) return String(cell);
  const sign = cell < 0 ? '−' : signed && cell > 0 ? '+' : '';
  return sign + grouped(Math.abs(cell));
}

export interface RowText {
  readonly cells: readonly Styled[];
  readonly strong: boolean;
  readonly level?: 'whole' | 'part';
  readonly above?: readonly string[];
}

/** A table as people read it: what repeats the row above is left out, and so are the columns of the other medium. */
export interface TableText {
  readonly columns: readonly Column[];
  readonly rows: readonly RowText[];
  readonly total: readonly string[] | undefined;
}

export function tableText({ columns, rows, total, merged = 0 }: Table, medium: Medium): TableText {
  const kept = [...columns.keys()].filter((i) => (columns[i]!.only ?? medium) === medium);
  const texts = rows.map(({ cells, strong = false, ...row }, i): RowText => {
    const above = rows[i - 1]?.cells;
    const same = above ? cells.findIndex((cell, column) => column >= merged || cell !== above[column]) : 0;
    // A row that repeats all that may be merged is the same entry going on.
    const blank = same >= merged ? merged : 0;
    const styled = kept.map((column): Styled => {
      const cell = cells[column]!;
      const text = column < blank ? '' : cellText(cell, columns[column]!);
      const own = typeof cell === 'object' && cell !== null ? cell : undefined;
      const style = own?.style ?? columns[column]!.style;
      return { text, ...(style && { style }), ...(own?.unwrapped && { unwrapped: true }) };
    });
    return { ...row, strong, cells: styled };
  });
  return {
    columns: kept.map((column) => columns[column]!),
    rows: texts,
    total: total && kept.map((column) => cellText(total[column]!, columns[column]!)),
  };
}

/** Whether the numbers of a column are aligned right. */
export const isRight = ({ right }: Column, medium: Medium): boolean => right === true || right === medium;
