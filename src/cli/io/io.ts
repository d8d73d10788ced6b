import type { Command } from 'commander';

/** A stream that takes text. Resolves when the text is handed over or its reader has gone; throws `cannot-write`. */
export interface Sink {
  write(text: string): Promise<void>;
  readonly isTTY: boolean;
  /** Width of the terminal in characters; undefined off a terminal. */
  readonly columns: number | undefined;
}

/** What a command may touch of the process it runs in. Tests give their own. */
export interface Io {
  /** Data, and only data. */
  readonly stdout: Sink;
  /** Errors, hints, warnings and progress. */
  readonly stderr: Sink;
  /** No warnings and no progress: `--quiet`. */
  readonly quiet?: boolean;
  /** Takes the options of a command instead of running it, for completion and the manual. */
  readonly describe?: (command: Command) => void;
  /** Chunks of standard input; read only for `-`. */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative file names start here. */
  readonly cwd: string;
  /**
   * Calls `handler` on Ctrl-C until the returned function is called. While there is no handler, Ctrl-C ends the
   * process with exit code 130.
   */
  onInterrupt(handler: () => void): () => void;
}
