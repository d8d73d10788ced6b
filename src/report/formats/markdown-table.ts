/** GitHub-flavoured: the first row is the head; columns padded so that the source reads well too. */
export function markdownTable(rows: readonly (readonly string[])[], right: ReadonlySet<number>): string {
  const widths = rows[0]!.map((_, i) => rows.reduce((most, row) => Math.max(most, row[i]!.length), 3));
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, i) => (right.has(i) ? text.padStart(widths[i]!) : text.padEnd(widths[i]!))).join(' | ')} |`;
  const rule = widths.map((width, i) => (right.has(i) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  const [head, ...body] = rows;
  return [line(head!), line(rule), ...body.map(line)].join('\n');
}
