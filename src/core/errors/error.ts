import { prose, type Prose } from './prose.ts';

export type ErrorCode = keyof Prose;
export type ErrorArguments<C extends ErrorCode> = Parameters<Prose[C]>[0];

/** Where in the user's input an error lies; whatever is known of it. */
export interface ErrorLocation {
  /** File name as the user wrote it, `<stdin>`, or the option it came from. */
  readonly file?: string | undefined;
  /** 1-based. */
  readonly line?: number | undefined;
  /** 1-based. */
  readonly column?: number | undefined;
  /** Path of the layer, e.g. `block1.conv1`. */
  readonly path?: string | undefined;
}

/**
 * An error that the user can fix: a code and its arguments. The words are in `prose/`.
 * `message` says what is wrong, `hint` how to fix it, `location` where it is.
 */
export class VggError<C extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'VggError';
  readonly code: C;
  readonly args: ErrorArguments<C>;
  readonly hint: string | undefined;
  readonly location: ErrorLocation;

  constructor(code: C, args: ErrorArguments<C>, location: ErrorLocation = {}) {
    // The prose table is indexed by the same C as the arguments; TypeScript cannot correlate the two.
    const { message, hint } = (prose[code] as (args: unknown) => { message: string; hint?: string })(args);
    super(message);
    this.code = code;
    this.args = args;
    this.hint = hint;
    this.location = location;
  }

  /** The same error with more known about where it happened; what is already known stays. */
  at(location: ErrorLocation): VggError<C> {
    return new VggError(this.code, this.args, { ...location, ...definedOnly(this.location) });
  }

  /** One line: where, what, how to fix it. */
  get line(): string {
    const { file, line, column, path } = this.location;
    const position = [file, line, column].filter((part) => part !== undefined).join(':');
    const layer = path !== undefined && !this.message.includes(path) ? `${path}: ` : '';
    const hint = this.hint === undefined ? '' : ` (${this.hint})`;
    return `${position === '' ? '' : `${position}: `}${layer}${this.message}${hint}`.replace(
      /\s*[\r\n]+\s*/g,
      ' ',
    );
  }
}

function definedOnly(location: ErrorLocation): ErrorLocation {
  return Object.fromEntries(Object.entries(location).filter(([, value]) => value !== undefined));
}
