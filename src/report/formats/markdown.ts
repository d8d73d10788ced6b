import { isRight, tableText, type RowText } from '../sheet/cell-text.ts';
import { shownIn, type Column, type Part, type Sheet, type Table } from '../sheet/sheet.ts';
import type { ReportFormat } from './format.ts';
import { markdownTable } from './markdown-table.ts';

/** For comments and documents on GitHub. */
export const markdown = { name: 'markdown', reads: 'sheets', write: pages } as const satisfies ReportFormat;

/** GitHub tables under headings, the notes as a list. */
function pages(sheets: readonly Sheet[]): string {
  return `${shownIn('page', sheets).map(section).join('\n\n')}\n`;
}

function section({ title, parts, notes }: Sheet): string {
  const shown = shownIn('page', parts);
  const lines = shownIn('page', notes).map(({ label, text }) => `- ${escape(`${label}: ${text}`)}`);
  return [
    ...(title === '' ? [] : [`### ${escape(title)}`]),
    ...shown.flatMap((part) => paragraphs(part, shown.length > 1)),
    ...(lines.length > 0 ? [lines.join('\n')] : []),
  ].join('\n\n');
}

function paragraphs(part: Part, named: boolean): string[] {
  if ('items' in part) {
    const { heading, items } = part;
    const text = escape(heading.text);
    return [
      heading.style === 'strong' ? bold(text) : text,
      items.map((item) => `- ${escape(item)}`).join('\n'),
    ];
  }
  if ('text' in part) return [escape(part.text)];
  // What only a terminal shows is not among the parts of a page.
  if (!('name' in part)) return [];
  return [
    ...(named && part.name !== '' ? [bold(escape(part.name))] : []),
    ...(part.rows.length > 0 ? [tableLines(part)] : []),
  ];
}

function tableLines(table: Table): string {
  const { columns, rows, total } = tableText(table, 'page');
  return markdownTable(
    [
      columns.map(({ head }) => escape(head)),
      ...rows.map((row) => row.cells.map(({ text }, i) => cellOf(text, columns[i]!, row, i === 0))),
      ...(total ? [total.map((text) => bold(escape(text)))] : []),
    ],
    new Set([...columns.keys()].filter((i) => isRight(columns[i]!, 'page'))),
  );
}

function cellOf(
  text: string,
  { verbatim, keywords }: Column,
  { strong, level }: RowText,
  first: boolean,
): string {
  if (verbatim) return code(text);
  const escaped = keywords ? text : escape(text);
  if (first && level === 'part') return `— ${escaped}`;
  return strong || (first && level === 'whole') ? bold(escaped) : escaped;
}

const bold = (text: string) => (text === '' ? '' : `**${text}**`);

/** Between more backticks than it has itself; a bar would end the cell even there. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const inner = longest > 0 ? ` ${text} ` : text;
  return `${fence}${inner.replaceAll('|', '\\|')}${fence}`;
}

/**
 * What would end a cell, or read as markup, a link or an image; no tag begins with a digit. Nobody is called by a name
 * from a file: a space of no width stands behind what GitHub takes for a mention.
 */
const escape = (text: string) =>
  text.replace(/[\\|*_`>#[\]~]|<(?!\d)|&(?=[#\w]+;)/g, '\\$&').replace(/@(?=\w)/g, '@\u200b');
