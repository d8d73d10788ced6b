import type { ReportFormat } from './format.ts';

/** The data itself. */
export const json = {
  name: 'json',
  reads: 'data',
  flag: 'json',
  write: jsonText,
} as const satisfies ReportFormat;

/** Indented, with lists of numbers on one line. No string can hold the raw line feed that the pattern needs. */
function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(
    /\[\n\s+(-?\d[-\d,\s]*?)\n\s+\]/g,
    (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`,
  )}\n`;
}
