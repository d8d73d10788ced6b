import { Command } from 'commander';
import { VggError } from '../../core/errors/error.ts';
import { plain, type Entry, type Value } from '../../text/value.ts';
import type { AnalysisOptions } from '../../cli/io/analyse-network.ts';
import {
  addConventionOption,
  addInputOptions,
  addLiteralOptions,
  addMemoryOptions,
  addNetworkOptions,
  type ConventionOptions,
} from '../../cli/options/options.ts';

export type ModelOptions = AnalysisOptions & ConventionOptions;

/** The options of the command line that a model may have, read by the same rules. */
function command(): Command {
  const made = new Command();
  addLiteralOptions(made);
  addNetworkOptions(made);
  addInputOptions(made);
  addMemoryOptions(made);
  addConventionOption(made);
  return made;
}

/** `input`, `classes`, `ratio`, …: the long options without their dashes; `--name` has a meaning of its own here. */
export function optionNames(): string[] {
  const names = command().options.map(({ long }) => long!.replace(/^--(?:no-)?/, ''));
  return [...new Set(names)].filter((name) => name !== 'name');
}

/**
 * What a model's keys mean as options, and the words of a command line that say the same. A flag is true or false.
 * Throws `check-wrong-value` and the errors of the options, at their place.
 */
export function optionsOf(given: Iterable<readonly [string, Entry]>): {
  words: string[];
  options: ModelOptions;
} {
  const written = [...given].flatMap(([key, { value }]) => read(key, value));
  return {
    words: written.map(({ words }) => words),
    options: parsed(written.map(({ argument }) => argument)),
  };
}

interface Written {
  /** As people write it: `--ratio 4`. */
  readonly words: string;
  /** As it cannot be misread: `--ratio=4`. */
  readonly argument: string;
}

function read(key: string, value: Value): Written[] {
  const [positive, negative] = [`--${key}`, `--no-${key}`];
  const known = command().options;
  const option = known.find(({ long }) => long === positive || long === negative)!;
  const content = value.type === 'scalar' ? value.value : null;
  if (!option.required) {
    if (typeof content !== 'boolean') throw wrong(key, 'true or false', value);
    const flag = content ? positive : negative;
    // What says only what is so without it has no flag.
    return known.some(({ long }) => long === flag) ? [{ words: flag, argument: flag }] : [];
  }
  if (typeof content !== 'string' && typeof content !== 'number')
    throw wrong(key, 'a number or a text', value);
  const written = { words: `${positive} ${content}`, argument: `${positive}=${content}` };
  try {
    parsed([written.argument]);
  } catch (error) {
    throw error instanceof VggError ? error.at(value.at) : error;
  }
  return [written];
}

const wrong = (what: string, expected: string, value: Value) =>
  new VggError('check-wrong-value', { what, expected, value: plain(value) }, value.at);

const parsed = (argv: readonly string[]): ModelOptions => command().parse(argv, { from: 'user' }).opts();
