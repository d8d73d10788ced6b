import type { Command } from 'commander';
import { VggError } from '../../core/errors/error.ts';
import { optionWords } from '../../core/options/option.ts';

/** Options that mean nothing to what was asked for. */
export interface WithoutEffect {
  /** By their keys: `weightDecay`. */
  readonly options: readonly string[];
  /** Whether they have none this time. */
  readonly when: boolean;
  /** What does not read them: `--format csv`. */
  readonly on: string;
  /** What does. */
  readonly readers: string;
}

/**
 * The one rule: an option that changes nothing of what is asked for is an error, never dropped. Options about the
 * terminal (`--color`, `--quiet`) are wishes of the reader's and may find nothing to do. Throws `option-not-read`.
 */
export function refuseWithoutEffect(command: Command, rules: readonly WithoutEffect[]): void {
  for (const { options, when, on, readers } of rules) {
    const unread = when ? options.find((key) => command.getOptionValueSource(key) === 'cli') : undefined;
    if (unread === undefined) continue;
    const off = command.getOptionValue(unread) === false;
    throw new VggError('option-not-read', {
      option: `--${off ? 'no-' : ''}${optionWords(unread)}`,
      by: on,
      readers,
    });
  }
}
