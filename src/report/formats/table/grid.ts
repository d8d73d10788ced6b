import { columnsOf } from '../../sheet/width.ts';

export interface GridCell {
  readonly text: string;
  /** Columns that it takes; 1 when left out. */
  readonly span?: number;
  readonly right?: boolean;
}

/** Cells in columns of the given widths, `gap` spaces apart, without lines around them. Texts must fit. */
export function grid(
  rows: readonly (readonly GridCell[])[],
  widths: readonly number[],
  gap: number,
): string[] {
  const between = ' '.repeat(gap);
  return rows.map((cells) => {
    let column = 0;
    const padded = cells.map(({ text, span = 1, right }) => {
      let room = gap * (span - 1) - columnsOf(text);
      for (const end = column + span; column < end; column++) room += widths[column]!;
      const space = ' '.repeat(Math.max(0, room));
      return right ? space + text : text + space;
    });
    return padded.join(between).trimEnd();
  });
}
