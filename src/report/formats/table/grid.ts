export interface GridCell {
  readonly text: string;
  /** Columns that it takes; 1 when left out. */
  readonly span?: number;
  readonly right?: boolean;
}

/**
 * Cells in columns of the given widths, `gap` spaces apart, without lines around them. Texts must fit; colours take
 * no room. (A table package was measured to take a quarter of the program's start-up for this.)
 */
export function grid(
  rows: readonly (readonly GridCell[])[],
  widths: readonly number[],
  gap: number,
): string[] {
  const between = ' '.repeat(gap);
  return rows.map((cells) => {
    let column = 0;
    const padded = cells.map(({ text, span = 1, right }) => {
      let room = gap * (span - 1) - visibleLength(text);
      for (const end = column + span; column < end; column++) room += widths[column]!;
      const space = ' '.repeat(Math.max(0, room));
      return right ? space + text : text + space;
    });
    return padded.join(between).trimEnd();
  });
}

// eslint-disable-next-line no-control-regex -- the escape character is what begins a colour
const COLOUR = /\u001b\[\d+m/g;

const visibleLength = (text: string) =>
  text.includes('\u001b') ? text.replace(COLOUR, '').length : text.length;
