import type { ReportFormat } from './format.ts';

/** For people, within the width of the terminal. What draws is loaded only when something is drawn. */
export const table = {
  name: 'table',
  reads: 'sheets',
  medium: 'terminal',
  write: async (sheets, how) => (await import('./table/draw.ts')).drawSheets(sheets, how),
} as const satisfies ReportFormat;
