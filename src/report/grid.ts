import Table from 'cli-table3';

export interface GridCell {
  readonly text: string;
  /** Columns that it takes; 1 when left out. */
  readonly span?: number;
  readonly right?: boolean;
}

/** cli-table3 takes time quadratic in the rows of one table: small tables one below the other are fastest. */
const ROWS_AT_ONCE = 12;

const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((end) => [`${side}${end}`, '']),
  ),
);

/**
 * Cells in columns of the given widths, `gap` spaces apart, without lines around them.
 * Text wider than its column ends in `…`.
 */
export function grid(
  rows: readonly (readonly GridCell[])[],
  widths: readonly number[],
  gap: number,
): string[] {
  const lines: string[] = [];
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    // A cell over several columns is as wide as they are only where one character lies between two columns.
    const table = new Table({
      chars: { ...noLines, middle: ' ' },
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap - 1 },
      colWidths: widths.map((width) => width + gap - 1),
    });
    for (const row of rows.slice(start, start + ROWS_AT_ONCE)) {
      table.push(
        row.map(({ text, span = 1, right = false }) => ({
          content: text,
          colSpan: span,
          hAlign: right ? ('right' as const) : ('left' as const),
        })),
      );
    }
    lines.push(...table.toString().split('\n'));
  }
  return lines.map((line) => line.trimEnd());
}
