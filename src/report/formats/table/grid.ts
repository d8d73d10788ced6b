import Table from 'cli-table3';

export interface GridCell {
  readonly text: string;
  /** Columns that it takes; 1 when left out. */
  readonly span?: number;
  readonly right?: boolean;
}

/** Rows that the package lays out at a time: its time grows with their square. */
const SLICE = 10;

const between = ' ';
const chars = {
  top: '',
  topMid: '',
  topLeft: '',
  topRight: '',
  bottom: '',
  bottomMid: '',
  bottomLeft: '',
  bottomRight: '',
  left: '',
  leftMid: '',
  mid: '',
  midMid: '',
  right: '',
  rightMid: '',
  middle: between,
};

/** Cells in columns of the given widths, `gap` spaces apart, without lines around them. Texts must fit. */
export function grid(
  rows: readonly (readonly GridCell[])[],
  widths: readonly number[],
  gap: number,
): string[] {
  const padding = gap - between.length;
  const options = {
    chars,
    colWidths: widths.map((width) => width + padding),
    style: { 'padding-left': 0, 'padding-right': padding, head: [], border: [], compact: true },
  };
  const lines: string[] = [];
  for (let from = 0; from < rows.length; from += SLICE) {
    const table = new Table({ ...options, colWidths: [...options.colWidths] });
    for (const row of rows.slice(from, from + SLICE)) table.push(row.map(cellOf));
    for (const line of table.toString().split('\n')) lines.push(line.trimEnd());
  }
  return lines;
}

const cellOf = ({ text, span = 1, right = false }: GridCell) => ({
  content: text,
  colSpan: span,
  hAlign: right ? ('right' as const) : ('left' as const),
});
