import { conventionOptions, type ConventionOptions } from '../../analysis/options/analyze-options.ts';
import { inputOptions, type InputOptions } from '../../analysis/options/input-options.ts';
import { trainingMemoryOptions, type TrainingMemoryOptions } from '../../analysis/options/memory-options.ts';
import {
  literalOptions,
  networkOptions,
  type LiteralOptions,
  type NetworkOptions,
} from '../../arch/options.ts';
import { VggError } from '../../core/errors/error.ts';
import { isFlag, optionWords, type OptionsFor } from '../../core/options/option.ts';
import { plain, type Entry, type Value } from '../../text/value.ts';

/** The options of the command line that a model may have; a name has a meaning of its own in a file of budgets. */
export type ModelOptions = Omit<LiteralOptions, 'name'> &
  NetworkOptions &
  InputOptions &
  TrainingMemoryOptions &
  ConventionOptions;

const { name: _, ...literals } = literalOptions;
const known: OptionsFor<ModelOptions> = {
  ...literals,
  ...networkOptions,
  ...inputOptions,
  ...trainingMemoryOptions,
  ...conventionOptions,
};

/** By the keys that a file has for them: the long options without their dashes. */
const byKey: ReadonlyMap<string, keyof ModelOptions> = new Map(
  (Object.keys(known) as (keyof ModelOptions)[]).map((option) => [optionWords(option), option]),
);

/** `conv-arch`, `cfg`, `classes`, … */
export const optionNames: readonly string[] = [...byKey.keys()];

/**
 * What a model's keys mean as options, read as the command line reads them, and the words of a command line that say
 * the same. A flag is true or false. Throws `check-wrong-value` and the errors of the options, at their place.
 */
export function optionsOf(given: Iterable<readonly [string, Entry]>): {
  words: string[];
  options: ModelOptions;
} {
  const read = [...given].map(([key, { value }]) => readOption(key, value));
  return {
    words: read.flatMap(({ words }) => words ?? []),
    options: Object.fromEntries(read.map(({ option, means }) => [option, means])),
  };
}

interface ReadOption {
  readonly option: string;
  readonly means: unknown;
  /** As people write it: `--ratio 4`; undefined for what is so without it. */
  readonly words: string | undefined;
}

function readOption(key: string, value: Value): ReadOption {
  const option = byKey.get(key)!;
  const described = known[option];
  const content = value.type === 'scalar' ? value.value : null;
  if (isFlag(described)) {
    if (typeof content !== 'boolean') throw wrong(key, 'true or false', value);
    const { on, off } = described;
    const said = content ? on !== undefined : off !== undefined;
    return { option, means: content, words: said ? `--${content ? '' : 'no-'}${key}` : undefined };
  }
  if (typeof content !== 'string' && typeof content !== 'number')
    throw wrong(key, 'a number or a text', value);
  try {
    const means: unknown = described.read(`--${key}`)(String(content));
    return { option, means, words: `--${key} ${content}` };
  } catch (error) {
    throw error instanceof VggError ? error.at(value.at) : error;
  }
}

const wrong = (what: string, expected: string, value: Value) =>
  new VggError('check-wrong-value', { what, expected, value: plain(value) }, value.at);
