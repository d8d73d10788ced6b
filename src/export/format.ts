import type { FlagOption, ValueOption } from '../core/options/option.ts';
import type { Graph } from '../graph/graph.ts';

export interface ExportedFile {
  /** Where it is to be written, unless the user names another file for the first one. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What it is, for people. */
  readonly about: string;
  /** The option that named it: `--init`. */
  readonly option?: string;
}

/** A form of a network for other programs: its options as data, and what makes its files of a graph. No I/O. */
export interface ExportFormat<Options = never> {
  readonly name: string;
  readonly options: Readonly<Record<string, FlagOption | ValueOption<unknown>>>;
  readonly write: (graph: Graph, options: Options) => readonly ExportedFile[];
}
