import type { Field, Records } from '../sheet/report.ts';
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

/** CRLF, and quotes around what holds a comma, a quote or a line end. */
function lines(records: readonly (readonly Field[])[]): string {
  const field = (value: Field) => {
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return records.map((record) => `${record.map(field).join(',')}\r\n`).join('');
}
