import { escapeTex } from '../../draw/formats/tex-text.ts';
import { isRight, tableText } from '../sheet/cell-text.ts';
import { shownIn, type Part, type Sheet, type Table } from '../sheet/sheet.ts';
import type { ReportFormat } from './format.ts';

/** For papers: tables that LaTeX sets without any package. */
export const latex = { name: 'latex', reads: 'sheets', write: paper } as const satisfies ReportFormat;

function paper(sheets: readonly Sheet[]): string {
  return `${shownIn('page', sheets).map(section).join('\n\n')}\n`;
}

/** Tables beneath their names, and the notes as text. */
function section({ title, parts, notes }: Sheet): string {
  const shown = shownIn('page', parts);
  const said = shownIn('page', notes).map(({ label, text }) => escapeTex(`${label}: ${text}.`));
  return [
    ...(title === '' ? [] : [bold(escapeTex(title))]),
    ...shown.flatMap((part) => paragraphs(part, shown.length > 1)),
    ...said,
  ].join('\n\n');
}

function paragraphs(part: Part, named: boolean): string[] {
  if ('items' in part) {
    const items = part.items.map((item) => `\\item ${escapeTex(item)}`);
    return [escapeTex(part.heading.text), ['\\begin{itemize}', ...items, '\\end{itemize}'].join('\n')];
  }
  if ('text' in part) return [escapeTex(part.text)];
  // What only a terminal shows is not among the parts of a page.
  if (!('name' in part)) return [];
  return [
    ...(named && part.name !== '' ? [bold(escapeTex(part.name))] : []),
    ...(part.rows.length > 0 ? [tabular(part)] : []),
  ];
}

function tabular(table: Table): string {
  const { columns, rows, total } = tableText(table, 'page');
  const line = (cells: readonly string[]) => `${cells.join(' & ')} \\\\`;
  return [
    `\\begin{tabular}{${columns.map((column) => (isRight(column, 'page') ? 'r' : 'l')).join('')}}`,
    '\\hline',
    line(columns.map(({ head }) => escapeTex(head))),
    '\\hline',
    ...rows.map(({ cells, strong, level }) =>
      line(
        cells.map(({ text }, i) => {
          const escaped = escapeTex(text);
          if (i === 0 && level === 'part') return `\\quad ${escaped}`;
          return strong || (i === 0 && level === 'whole') ? bold(escaped) : escaped;
        }),
      ),
    ),
    ...(total ? ['\\hline', line(total.map((text) => bold(escapeTex(text))))] : []),
    '\\hline',
    '\\end{tabular}',
  ].join('\n');
}

const bold = (text: string) => (text === '' ? '' : `\\textbf{${text}}`);
