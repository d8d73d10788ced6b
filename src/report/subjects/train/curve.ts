const ROWS = 8;
/** Eighths of a character cell, from the bottom. */
const BLOCKS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/**
 * Losses over the steps as columns of blocks, the axis on the left; at most `width` characters wide. Each column is
 * the mean of the steps that fall into it. Empty for fewer than two losses.
 */
export function lossCurve(losses: readonly number[], width: number, caption: string): string {
  if (losses.length < 2) return '';
  const top = Math.max(...losses);
  const labels = [top.toFixed(2), '0.00'];
  const margin = Math.max(...labels.map(({ length }) => length)) + 2;
  const columns = Math.min(losses.length, Math.max(2, width - margin));
  const heights = Array.from({ length: columns }, (_, i) => {
    const from = Math.floor((i * losses.length) / columns);
    const to = Math.max(from + 1, Math.floor(((i + 1) * losses.length) / columns));
    const part = losses.slice(from, to);
    const mean = part.reduce((a, b) => a + b, 0) / part.length;
    return top === 0 ? 0 : Math.round((mean / top) * ROWS * 8);
  });
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const below = (ROWS - 1 - row) * 8;
    const label = row === 0 ? labels[0]! : row === ROWS - 1 ? labels[1]! : '';
    const cells = heights.map((height) => BLOCKS[Math.min(8, Math.max(0, height - below))]).join('');
    return `${label.padStart(margin - 2)} ${'│'}${cells.trimEnd()}`;
  });
  return [...rows, `${' '.repeat(margin - 1)}└${'─'.repeat(columns)} ${caption}`, ''].join('\n');
}
