/** A place in a file that the user gave, for error messages. */
export interface Origin {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
}
