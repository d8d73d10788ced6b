import { escapeMarkdown, markdownTable } from './markdown/table.ts';
import { cellText, rowTexts } from '../sheet/cell-text.ts';
import type { Sheet, SheetTable } from '../sheet/sheet.ts';

/** GitHub tables under headings, the notes as a list. */
export function sheets(all: readonly Sheet[]): string {
  return `${all.map(section).join('\n\n')}\n`;
}

function section({ title, tables, notes }: Sheet): string {
  return [
    `### ${escapeMarkdown(title)}`,
    ...tables.flatMap((table) => [
      ...(tables.length > 1 && table.name !== '' ? [`**${escapeMarkdown(table.name)}**`] : []),
      ...(table.rows.length > 0 ? [tableText(table)] : []),
    ]),
    ...(notes.length > 0
      ? [notes.map(({ label, text }) => `- ${escapeMarkdown(`${label}: ${text}`)}`).join('\n')]
      : []),
  ].join('\n\n');
}

function tableText(table: SheetTable): string {
  const { columns, total } = table;
  const bold = (text: string) => (text === '' ? '' : `**${text}**`);
  const rows = [
    columns.map(({ head }) => head),
    ...rowTexts(table).map((row) => row.map(escapeMarkdown)),
    ...(total ? [total.map((cell, i) => bold(escapeMarkdown(cellText(cell, columns[i]!))))] : []),
  ];
  const right = new Set(columns.flatMap((column, i) => (column.right ? [i] : [])));
  return markdownTable(rows, right).join('\n');
}
