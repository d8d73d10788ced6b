import type { Note } from '../subjects/inspect/notes.ts';

/** Numbers are written exactly; empty text where there is nothing. */
export type Cell = string | number;

export interface SheetColumn {
  readonly head: string;
  /** Numbers stand right. */
  readonly right?: boolean;
  /** Numbers with their sign: `+1,728`. */
  readonly signed?: boolean;
  /** Text that runs on over several lines where there is no room beside. One column a table at most. */
  readonly wraps?: boolean;
  /** Left out where a terminal is too narrow. */
  readonly optional?: boolean;
}

export interface SheetTable {
  /** Above the table; the first field of each CSV record. */
  readonly name: string;
  readonly columns: readonly SheetColumn[];
  readonly rows: readonly (readonly Cell[])[];
  /** Beneath a rule; no CSV record, so that a column may be added up. */
  readonly total?: readonly Cell[];
  /** So many columns from the left stay empty where they only repeat the row above; not in CSV. */
  readonly merged?: number;
}

/** A report that is tables and notes, whatever the format. */
export interface Sheet {
  readonly title: string;
  readonly tables: readonly SheetTable[];
  readonly notes: readonly Note[];
}
