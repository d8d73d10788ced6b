import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Io } from '../io/io.ts';

/** A commander command that neither prints nor exits by itself. */
export function parser(name: string): Command {
  return new Command(`vgg-inspect ${name}`)
    .exitOverride()
    .allowExcessArguments(false)
    .helpOption('-h, --help', 'show this help')
    .option('-V, --version', 'show the version')
    .on('option:version', () => {
      // Only now is the version looked up: it takes a file.
      throw new CommanderError(0, 'commander.version', version());
    })
    .showSuggestionAfterError(false);
}

/**
 * Parses a command line. True when a command is to be run; false when help or the version was asked for and has
 * been printed. Throws VggErrors for what commander complains about; an argument too many may be meant for one of
 * `commands`.
 */
export async function parse(
  command: Command,
  argv: readonly string[],
  io: Io,
  commands: Iterable<string> = [],
): Promise<boolean> {
  const printed: string[] = [];
  command.configureOutput({
    writeOut: (text) => printed.push(text),
    writeErr: () => {},
    getOutHelpWidth: () => Math.min(io.stdout.columns ?? 80, 100),
    getOutHasColors: () => false,
  });
  try {
    command.parse(argv, { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw explain(error, command, nearest(argv[0] ?? '', commands));
    await io.stdout.write(error.code === 'commander.version' ? `${error.message}\n` : printed.join(''));
    return false;
  }
}

/** commander's complaint in our words, on one line. */
function explain(error: CommanderError, command: Command, meant: readonly string[]): VggError {
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
    case 'commander.excessArguments': {
      const extra = command.args[command.registeredArguments.length] ?? '';
      return new VggError('too-many-arguments', { extra, nearest: meant });
    }
    default:
      return new VggError('bad-command-line', { problem: error.message.replace(/^error: /, '') });
  }
}

/** The package's own; it finds itself by its name, wherever its files were moved to. */
function version(): string {
  return (createRequire(import.meta.url)('vgg-inspect/package.json') as { version: string }).version;
}
