import type { Note } from '../../sheet/sheet.ts';
import { columnsOf, widest } from '../../sheet/width.ts';

/** Words on lines of at most `width` columns; a longer word gets a line of its own. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let length = 0;
  for (const word of text.split(' ')) {
    const more = columnsOf(word);
    if (line !== '' && length + 1 + more > width) {
      lines.push(line);
      [line, length] = [word, more];
    } else [line, length] = line === '' ? [word, more] : [`${line} ${word}`, length + 1 + more];
  }
  return [...lines, line];
}

/** Labels in a column of their own, the text beside them wrapped to `width`. */
export function wrapNotes(notes: readonly Note[], width: number, style: (label: string) => string): string[] {
  const indent = widest(notes.map(({ label }) => label)) + 2;
  return notes.flatMap(({ label, text }) =>
    wrapWords(text, Math.max(20, width - indent)).map(
      (line, i) =>
        (i === 0 ? style(label) + ' '.repeat(indent - columnsOf(label)) : ' '.repeat(indent)) + line,
    ),
  );
}
