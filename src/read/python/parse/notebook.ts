/** `!pip install`, `%matplotlib inline`, `?help` at the beginning of a line; never inside of a longer text. */
const MAGIC = /^[ \t]*(?:!|%%?[A-Za-z_]|\?)/;
const TRIPLE = /'''|"""/g;

export interface Notebook {
  readonly text: string;
  /** Lines that only a notebook understands, from 1. */
  readonly blanked: readonly number[];
}

/** The same text with the lines that only a notebook understands left empty, so that places stay. */
export function blankNotebookLines(text: string): Notebook {
  if (!/^[ \t]*[!%?]/m.test(text)) return { text, blanked: [] };
  const blanked: number[] = [];
  let quotes: string | undefined;
  let depth = 0;
  const lines = text.split('\n').map((line, index) => {
    // `%` may begin a line inside brackets, where it is the operator.
    if (quotes === undefined && depth <= 0 && MAGIC.test(line)) {
      blanked.push(index + 1);
      return '';
    }
    for (const [found] of line.matchAll(TRIPLE)) {
      if (quotes === undefined) quotes = found;
      else if (quotes === found) quotes = undefined;
    }
    if (quotes === undefined) {
      const code = line.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|#.*/g, '');
      depth += (code.match(/[([{]/g) ?? []).length - (code.match(/[)\]}]/g) ?? []).length;
    }
    return line;
  });
  return { text: lines.join('\n'), blanked };
}
