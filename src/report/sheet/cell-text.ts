import { grouped } from '../../core/numbers.ts';
import type { Cell, SheetColumn, SheetTable } from './sheet.ts';

/** As people read it. */
export function cellText(cell: Cell, { signed = false }: SheetColumn): string {
  if (typeof cell === 'string') return cell;
  const sign = cell < 0 ? '−' : signed && cell > 0 ? '+' : '';
  return sign + grouped(Math.abs(cell));
}

/** The rows as people read them, what repeats the row above left out. */
export function rowTexts({ columns, rows, merged = 0 }: SheetTable): string[][] {
  return rows.map((row, i) => {
    const above = rows[i - 1];
    const same = above ? row.findIndex((cell, column) => column >= merged || cell !== above[column]) : 0;
    // A row that repeats all that may be merged is the same entry going on.
    const blank = same >= merged ? merged : 0;
    return row.map((cell, column) => (column < blank ? '' : cellText(cell, columns[column]!)));
  });
}
