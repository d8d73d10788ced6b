/** What stands in the columns of a printed table of layers. */
export interface ReadTable {
  readonly layers: readonly ReadRow[];
  readonly blocks: readonly ReadRow[];
  readonly total: ReadRow;
}

export interface ReadRow {
  readonly name: string;
  readonly indent: number;
  readonly params: number;
  readonly macs: number;
}

/**
 * Reads a table back by the places of its headings, as a person would. A row is a block when the next one is indented
 * further.
 */
export function readTable(text: string): ReadTable {
  const lines = text.split('\n');
  const [top, bottom] = lines.flatMap((line, i) => (/^─+$/.test(line) ? [i] : []));
  const head = lines.find((line) => line.startsWith('layer '))!;
  const endOf = (title: string) => head.indexOf(title) + title.length;
  const number = (line: string, end: number): number => {
    const digits = /[\d,]+$/.exec(line.slice(0, end))?.[0];
    if (digits === undefined) throw new Error(`no number ends at column ${end} of '${line}'`);
    return Number(digits.replaceAll(',', ''));
  };
  const read = (line: string): ReadRow => ({
    name: line.trim().split(/\s/)[0]!,
    indent: line.search(/\S/),
    params: number(line, endOf('parameters')),
    macs: number(line, endOf('MACs')),
  });
  const rows = lines.slice(top! + 1, bottom).map(read);
  const isBlock = (_: ReadRow, i: number) => (rows[i + 1]?.indent ?? 0) > rows[i]!.indent;
  return {
    layers: rows.filter((row, i) => !isBlock(row, i)),
    blocks: rows.filter(isBlock),
    total: read(lines[bottom! + 1]!),
  };
}

export const add = (rows: readonly ReadRow[], column: 'params' | 'macs') =>
  rows.reduce((total, row) => total + row[column], 0);
