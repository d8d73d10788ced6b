import { csvText } from '../csv-text.ts';
import type { Sheet } from '../sheet/sheet.ts';

/** One record a row, the table's name first; a heading wherever the columns change. */
export function sheets(all: readonly Sheet[]): string {
  let head: readonly string[] = [];
  return all
    .flatMap(({ tables }) => tables)
    .flatMap(({ name, columns, rows }) => {
      if (rows.length === 0) return [];
      const names = ['name', ...columns.map((column) => column.head)];
      const records = rows.map((row) => [name, ...row]);
      const same = names.length === head.length && names.every((text, i) => text === head[i]);
      head = names;
      return same ? [csvText(records)] : [csvText([names, ...records])];
    })
    .join('');
}
