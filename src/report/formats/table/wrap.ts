import type { Note } from '../../subjects/inspect/notes.ts';

/** Words on lines of at most `width` columns; a longer word gets a line of its own. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** The end of a name that has no room: the last parts of a path tell most. */
export function tail(name: string, room: number): string {
  return name.length <= room ? name : `…${name.slice(name.length - room + 1)}`;
}

/** Labels in a column of their own, the text beside them wrapped to `width`. */
export function wrapNotes(notes: readonly Note[], width: number, style: (label: string) => string): string[] {
  const indent = Math.max(...notes.map(({ label }) => label.length)) + 2;
  return notes.flatMap(({ label, text }) =>
    wrapWords(text, Math.max(20, width - indent)).map(
      (line, i) => (i === 0 ? style(label) + ' '.repeat(indent - label.length) : ' '.repeat(indent)) + line,
    ),
  );
}
