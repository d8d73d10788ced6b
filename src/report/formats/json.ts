import type { ReportFormat } from './format.ts';

/** The data itself. */
export const json = {
  name: 'json',
  reads: 'data',
  flag: 'json',
  write: jsonText,
} as const satisfies ReportFormat;

/** What JSON allows as it is and a terminal obeys: it has an escape in JSON too. */
const STEERING = /[\u007f-\u009f\u2028\u2029]|\p{Cf}/gu;

/** Indented, with lists of numbers on one line. No string can hold the raw line feed that the pattern needs. */
function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2).replace(STEERING, (character) =>
    Array.from(
      { length: character.length },
      (_, unit) => `\\u${character.charCodeAt(unit).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
  return `${text.replace(
    /\[\n\s+(-?\d[-\d,\s]*?)\n\s+\]/g,
    (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`,
  )}\n`;
}
