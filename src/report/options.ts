import type { FormatName } from './formats/registry.ts';

/** Output formats of reports. */
export type Format = FormatName;

/** How a report is written. Nothing here changes what is counted. */
export interface ReportOptions {
  readonly format: Format;
  /** Columns that a table may take; only formats for terminals read it. */
  readonly width: number;
  /** ANSI colors; only formats for terminals read it. */
  readonly color: boolean;
  /** Kinds, families or stems of the layers shown (`conv2d`, `conv`, `fc`); all when left out. */
  readonly only?: readonly string[] | undefined;
  /** Layers deeper than this many parts of their path are shown as one row for their block. */
  readonly depth?: number | undefined;
  /** Adds the memory model in detail; JSON has it all the same. */
  readonly memory?: boolean | undefined;
  /** Adds drawings, which only formats for terminals have. */
  readonly plot?: boolean | undefined;
}

/** One entry of `list`. */
export interface ListItem {
  /** Heading under which it is listed: `architectures`, `devices`, `data sets`. */
  readonly section: string;
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Further columns, the same for all items of a section: `{source: 'd2l', input: '1×224×224', classes: 10}`. */
  readonly facts?: Readonly<Record<string, string | number | undefined>>;
  /** Further fields in JSON, numbers where `facts` has text. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** Facts that a table writes once above the items that share them, not in columns. */
  readonly above?: readonly string[];
  /** Facts that a terminal leaves out where it is too narrow. */
  readonly spare?: readonly string[];
}
