import { readFileSync } from 'node:fs';

const docs = readFileSync(new URL('../../docs/layers.md', import.meta.url), 'utf8');

/** The cells of the rows of docs/layers.md that describe the kind, which may share one with others. */
export const rowsOf = (kind: string): readonly (readonly string[])[] =>
  docs
    .split('\n')
    .filter((line) => line.startsWith('| `') && line.split('|')[1]!.includes(`\`${kind}\``))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
