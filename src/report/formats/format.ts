import type { Content, Contents } from '../sheet/report.ts';
import type { Medium } from '../sheet/sheet.ts';

/** How wide a report may be, and whether it may have ANSI colors; only formats for terminals read it. */
export interface How {
  readonly width: number;
  readonly color: boolean;
}

/** Where a job's own page takes text from: the variable that names its file, and the format of the text. */
export interface Summary {
  readonly variable: string;
  readonly format: ReportFormat;
}

/**
 * A format of reports. It is offered for the subjects whose reports have what it reads. The text that it writes ends
 * with a line end.
 */
export type ReportFormat<C extends Content = Content> = {
  [Read in C]: {
    readonly name: string;
    readonly reads: Read;
    /** An option of its own that chooses it. */
    readonly flag?: string;
    readonly summary?: Summary;
    /** Where sheets in it are read: a page when left out. */
    readonly medium?: Medium;
    write(contents: Contents[Read], how: How): string | Promise<string>;
  };
}[C];
