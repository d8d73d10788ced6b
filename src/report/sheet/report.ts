import type { Origin } from '../../core/origin.ts';
import type { Cell, Sheet } from './sheet.ts';

export type Field = string | number | boolean;

/** Rows for programs: no totals, so that a column may be added up, and numbers without commas. */
export interface Records {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Field[])[];
}

/** Something that passes or fails, and where it is written. */
export interface Verdict {
  readonly name: string;
  readonly at: Origin;
  /** What is wrong, the gist on the first line; undefined where it passes. */
  readonly failure: string | undefined;
}

/** The verdicts on one subject. */
export interface Suite {
  readonly name: string;
  readonly at: Origin;
  readonly verdicts: readonly Verdict[];
  /** Everything that is wrong, each with the line that says most about it. */
  readonly failures: readonly { readonly words: string; readonly at: Origin }[];
  readonly warnings: readonly string[];
  readonly passed: boolean;
}

export interface Verdicts {
  readonly title: string;
  readonly suites: readonly Suite[];
  /** What no suite is to blame for. */
  readonly warnings: readonly { readonly title: string; readonly text: string; readonly file: string }[];
  /** In a sentence. */
  readonly outcome: string;
}

/** All that a report may have; a format reads one of them. */
export interface Contents {
  /** For people. */
  readonly sheets: readonly Sheet[];
  /** The object that was analyzed, as programs take it. */
  readonly data: unknown;
  readonly records: readonly Records[];
  readonly verdicts: Verdicts;
}

export type Content = keyof Contents;

/** A report of one subject. Each part is made when a format reads it. */
export type Report = { readonly [C in Content]?: () => Contents[C] };

/** What the tables of sheets say, the table's name first; empty tables are left out. */
export function recordsOf(sheets: readonly Sheet[]): Records[] {
  return sheets
    .flatMap(({ parts }) => parts)
    .filter((part) => 'name' in part)
    .filter(({ rows }) => rows.length > 0)
    .map(({ name, columns, rows }) => ({
      head: ['name', ...columns.map(({ head }) => head)],
      rows: rows.map(({ cells }) => [name, ...cells.map(field)]),
    }));
}

const field = (cell: Cell): Field => (typeof cell === 'object' ? (cell?.text ?? '') : cell);
