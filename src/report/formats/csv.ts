import type { Field, Records } from '../sheet/report.ts';
import { harmlessText } from '../sheet/harmless.ts';
import type { ReportFormat } from './format.ts';

/** RFC 4180, for programs. */
export const csv = { name: 'csv', reads: 'records', write: csvText } as const satisfies ReportFormat;

/** A heading wherever the columns change. */
function csvText(tables: readonly Records[]): string {
  return tables
    .map(({ head, rows }, i) => {
      const before = tables[i - 1]?.head;
      const same = before?.length === head.length && head.every((text, column) => text === before[column]);
      return lines(same ? rows : [head, ...rows]);
    })
    .join('');
}

/** A spreadsheet takes a text that begins so for a formula; numbers, and names such as `@input`, are no formulas. */
const FORMULA = /^(?:[=+\-\t]|@(?![\w.]+$))/;

/** CRLF, and quotes around what holds a comma, a quote or a line end. */
function lines(records: readonly (readonly Field[])[]): string {
  const field = (value: Field): string => {
    const shown = String(value).split('\n').map(harmlessText).join('\n');
    const text = typeof value === 'string' && FORMULA.test(shown) ? `'${shown}` : shown;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return records.map((record) => `${record.map(field).join(',')}\r\n`).join('');
}
