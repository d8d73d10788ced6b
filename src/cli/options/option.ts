import { Option, type Command } from 'commander';
import { isFlag, optionWords, type FlagOption, type ValueOption } from '../../core/options/option.ts';

/** What commander calls with an option's text and the value of earlier uses. */
export type Read = Parameters<Option['argParser']>[0];

/** An option that `read` turns into what it means. */
export const option = (flags: string, about: string, read?: Read, choices?: readonly string[]) => {
  const made = new Option(flags, about);
  // For completion; what is read is checked by `read`, which names the nearest.
  if (choices) made.argChoices = [...choices];
  return read ? made.argParser(read) : made;
};

/** Options that a command shares with files of budgets, in their order and under one heading of the help. */
export function addOptions(
  command: Command,
  options: Readonly<Record<string, FlagOption | ValueOption<unknown>>>,
  group?: string,
): Command {
  const add = (made: Option) => command.addOption(group === undefined ? made : made.helpGroup(group));
  for (const [key, described] of Object.entries(options)) {
    const words = optionWords(key);
    if (isFlag(described)) {
      const { on, off } = described;
      if (on !== undefined) add(option(`--${words}`, on));
      if (off !== undefined) add(option(`--no-${words}`, off));
    } else {
      const { value, about, read, choices } = described;
      add(option(`--${words} ${value}`, about, read(`--${words}`), choices));
    }
  }
  return command;
}
