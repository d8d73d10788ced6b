/** Eighths of a character cell, from the left and from the bottom. */
const ACROSS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const UP = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A bar of `part` of the `whole`, in at most `width` characters; what is more than nothing is seen. */
export function bar(part: number, whole: number, width: number): string {
  if (part === 0 || whole === 0) return '';
  const eighths = Math.max(Math.round((8 * width * part) / whole), 1);
  return '█'.repeat(Math.floor(eighths / 8)) + ACROSS[eighths % 8]!;
}

/** Columns as high as the values, the largest of them `rows` lines; the highest line first. */
export function columns(values: readonly number[], top: number, rows: number): string[] {
  const heights = values.map((value) => (top === 0 ? 0 : Math.round((8 * rows * value) / top)));
  return Array.from({ length: rows }, (_, row) => {
    const below = 8 * (rows - 1 - row);
    return heights.map((height) => UP[Math.min(8, Math.max(0, height - below))]!).join('');
  });
}
