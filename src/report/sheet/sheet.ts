/**
 * Where a sheet is read: in a terminal, which has a width, or on a page, which scrolls. What is `only` for one of them
 * is left out in the other.
 */
export type Medium = 'terminal' | 'page';

export interface OnlyIn {
  readonly only?: Medium;
}

/** What a terminal shows by color or weight; elsewhere it may be ignored. */
export type Style = 'strong' | 'faint' | 'accent' | 'warm' | 'good' | 'bad';

export interface Styled {
  readonly text: string;
  readonly style?: Style;
  /** On one line, however long. */
  readonly unwrapped?: boolean;
}

/** Numbers are written exactly; empty text where there is nothing, null where there is no such thing. */
export type Cell = string | number | null | Styled;

export interface Column extends OnlyIn {
  readonly head: string;
  /** The heading of a terminal where it takes several lines. */
  readonly stack?: readonly Styled[];
  /** Numbers are aligned right; in one medium or in both. */
  readonly right?: boolean | Medium;
  /** Numbers with their sign: `+1,728`. */
  readonly signed?: boolean;
  /** The narrowest that a text may get that runs on over several lines. One column a table at most, the last. */
  readonly wraps?: number;
  /** The lines after the first of a text that wraps begin so many columns further right. */
  readonly hanging?: number;
  /** Left out where a terminal is too narrow. */
  readonly optional?: boolean;
  /** Columns of one group stay beside each other; groups that have no room follow in tables of their own. */
  readonly group?: number;
  readonly style?: Style;
  /** Names that can be typed as they are. */
  readonly verbatim?: boolean;
  /** Words of our own, which no format needs to escape. */
  readonly keywords?: boolean;
  /** Names that may be cut in a terminal: to this where it is too narrow, and always to `longest`. */
  readonly shortest?: number;
  readonly longest?: number;
  /** Numbers from 0 to 1, drawn as bars in the room that the other columns leave. */
  readonly bars?: boolean;
}

export interface Row {
  readonly cells: readonly Cell[];
  /** Stands out: a block among layers. */
  readonly strong?: boolean;
  /** In a table of wholes and their parts: which of them it is. */
  readonly level?: 'whole' | 'part';
  /** What rows have in common, said once above the first of them. */
  readonly above?: readonly string[];
}

export interface Table extends OnlyIn {
  /** Above the table where its sheet has several. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Beneath a rule. */
  readonly total?: readonly Cell[];
  /** So many columns from the left stay empty where they only repeat the row above. */
  readonly merged?: number;
  /** No rule beneath the heading. */
  readonly unruled?: boolean;
  /** Spaces between columns; 2 when left out. */
  readonly gap?: number;
  /** Right beneath the table. */
  readonly below?: Drawing['draw'];
}

/** Which of the forms that a table can take; every name that the table knows, on or off. */
export type Features = Readonly<Record<string, boolean>>;

export interface AdaptiveColumn {
  /** One text a line. */
  readonly head: readonly string[];
  readonly right?: boolean;
  readonly total?: string;
  text(row: number): string;
  /** Whether the row's number is a large part of the total. */
  large?(row: number): boolean;
}

/** A table for terminals that takes the form that its width has room for. */
export interface AdaptiveTable {
  readonly only: 'terminal';
  readonly rows: number;
  strong(row: number): boolean;
  /** The first is the column of names. A key says all that decides a column's texts, so that widths are remembered by it. */
  columns(features: Features): ReadonlyMap<string, AdaptiveColumn>;
  gap(features: Features): number;
  readonly plain: Features;
  /** Changed one after the other while the table is too wide. */
  readonly savings: readonly Features[];
  /** Added one after the other where there is room. */
  readonly luxuries: readonly Features[];
}

/** Lines that make use of the width that there is. */
export interface Drawing {
  readonly only: 'terminal';
  draw(width: number): readonly Styled[];
}

/** A sentence of its own. */
export interface Paragraph extends OnlyIn {
  readonly text: string;
}

export interface List extends OnlyIn {
  readonly heading: Styled;
  readonly items: readonly string[];
}

export type Part = Table | AdaptiveTable | Drawing | Paragraph | List;

/** A line beneath what it explains. */
export interface Note extends OnlyIn {
  readonly label: string;
  readonly text: string;
}

/** What is said, whatever the format: a title, what is beneath it, and notes. */
export interface Sheet extends OnlyIn {
  /** Empty where the tables need none. */
  readonly title: string;
  readonly parts: readonly Part[];
  readonly notes: readonly Note[];
  /** In a terminal the first part follows without an empty line. */
  readonly close?: boolean;
}

/** What of these is for a medium. */
export const shownIn = <T extends OnlyIn>(medium: Medium, all: readonly T[]): readonly T[] =>
  all.every(({ only }) => only === undefined || only === medium)
    ? all
    : all.filter(({ only }) => only === undefined || only === medium);
