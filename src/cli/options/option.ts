import { Option, type Command } from 'commander';
import { isFlag, optionWords, type FlagOption, type ValueOption } from '../../core/options/option.ts';

/** What commander calls with an option's text and the value of earlier uses. */
export type Read = Parameters<Option['argParser']>[0];

/** An option that `read` turns into what it means. */
export const option = (flags: string, about: string, read?: Read) => {
  const made = new Option(flags, about);
  return read ? made.argParser(read) : made;
};

/** Options that a command shares with files of budgets, in their order. */
export function addOptions(
  command: Command,
  options: Readonly<Record<string, FlagOption | ValueOption<unknown>>>,
): Command {
  for (const [key, described] of Object.entries(options)) {
    const words = optionWords(key);
    if (isFlag(described)) {
      const { on, off } = described;
      if (on !== undefined) command.addOption(option(`--${words}`, on));
      if (off !== undefined) command.addOption(option(`--no-${words}`, off));
    } else {
      const { value, about, read } = described;
      command.addOption(option(`--${words} ${value}`, about, read(`--${words}`)));
    }
  }
  return command;
}
