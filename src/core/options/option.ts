/** An option with a value, as a command line and a file of budgets both read it. */
export interface ValueOption<T> {
  /** `<n>` */
  readonly value: string;
  readonly about: string;
  /** The values that can be given, where they are a few words. */
  readonly choices?: readonly string[];
  /** From the option's name for errors to what reads its text. Throws `bad-option` and its kin. */
  readonly read: (option: string) => (text: string, before?: unknown) => T;
}

/** An option that is on, off, or not said. Where one word is left out, it only says what is so without it. */
export interface FlagOption {
  /** About `--name`. */
  readonly on?: string;
  /** About `--no-name`. */
  readonly off?: string;
}

/** The options of which a command makes a `T`, by its keys, in the order of the help. */
export type OptionsFor<T> = {
  readonly [K in keyof T]-?: NonNullable<T[K]> extends boolean ? FlagOption : ValueOption<NonNullable<T[K]>>;
};

export const isFlag = (option: FlagOption | ValueOption<unknown>): option is FlagOption =>
  !('value' in option);

/** `pointwise-from` of `pointwiseFrom`. */
export const optionWords = (key: string): string =>
  key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
