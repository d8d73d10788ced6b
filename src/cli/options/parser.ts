import { createRequire } from 'node:module';
import { Command, CommanderError, Option } from 'commander';
import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Io } from '../io/io.ts';
import { withAliases } from './aliases.ts';

const GENERAL = 'General:';

/** What every command has; last in its help. */
const addGeneral = (command: Command): Command =>
  command
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup(GENERAL))
    .addOption(new Option('-v, --version', 'show the version').helpGroup(GENERAL))
    .addOption(new Option('-V', 'show the version').hideHelp())
    .addOption(new Option('-q, --quiet', 'no warnings and no progress, only errors').helpGroup(GENERAL))
    .on('option:version', showVersion)
    .on('option:V', showVersion);

/** A commander command that neither prints nor exits by itself. */
export function parser(name: string): Command {
  return new Command(`vgg-inspect ${name}`)
    .configureHelp({ optionDescription: ({ description }) => description })
    .exitOverride()
    .allowExcessArguments(false)
    .showSuggestionAfterError(false);
}

function showVersion(): never {
  // Only now is the version looked up: it takes a file.
  throw new CommanderError(0, 'commander.version', version());
}

const shown = new WeakMap<Command, readonly string[]>();

export const examplesOf = (command: Command): readonly string[] => shown.get(command) ?? [];

/** Command lines that work as they are, beneath the options in the help. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  shown.set(command, examples);
  return command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`);
}

/**
 * Parses a command line. True when a command is to be run; false when help, the version or a description was asked
 * for and has been given. Throws VggErrors for what commander complains about; an argument too many may be meant for
 * one of `commands`, or its first word for one that there is not.
 */
export async function parse(
  command: Command,
  argv: readonly string[],
  io: Io,
  commands: Iterable<string> = [],
): Promise<boolean> {
  addGeneral(command);
  if (io.describe) {
    io.describe(command);
    return false;
  }
  const printed: string[] = [];
  command.configureOutput({
    writeOut: (text) => printed.push(text),
    writeErr: () => {},
    getOutHelpWidth: () => Math.min(io.stdout.columns ?? 80, 100),
    getOutHasColors: () => false,
  });
  try {
    command.parse(withAliases(argv, command), { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw explain(error, command, [...commands]);
    await io.stdout.write(error.code === 'commander.version' ? `${error.message}\n` : printed.join(''));
    return false;
  }
}

/** commander's complaint in our words, on one line. */
function explain(error: CommanderError, command: Command, commands: readonly string[]): VggError {
  const quoted = /'(.*)'/s.exec(error.message)?.[1] ?? '';
  const flags = command.options.flatMap(({ short, long }) =>
    [short, long].filter((flag) => flag !== undefined),
  );
  switch (error.code) {
    case 'commander.unknownOption': {
      const name = quoted.split('=', 1)[0]!;
      if (flags.includes(name)) return new VggError('option-takes-no-value', { option: name });
      const long = flags.filter((flag) => flag.startsWith('--'));
      return new VggError('unknown-option', {
        name,
        nearest: nearest(name, ['--help', '--version', ...long]),
      });
    }
    case 'commander.optionMissingArgument':
      return new VggError('option-without-value', { option: quoted });
    case 'commander.excessArguments':
      return tooMany(command, commands);
    default:
      return new VggError('bad-command-line', { problem: error.message.replace(/^error: /, '') });
  }
}

/** A word before the network that names neither a network nor a file is meant as a command. */
function tooMany({ args, registeredArguments }: Command, commands: readonly string[]): VggError {
  const [first = ''] = args;
  const extra = args[registeredArguments.length] ?? '';
  if (commands.length === 0 || !/^[a-z][a-z-]*$/.test(first))
    return new VggError('too-many-arguments', { extra });
  return new VggError('unknown-command', { name: first, nearest: nearest(first, commands), known: commands });
}

/** The package's own; it finds itself by its name, wherever its files were moved to. */
export function version(): string {
  return (createRequire(import.meta.url)('vgg-inspect/package.json') as { version: string }).version;
}
