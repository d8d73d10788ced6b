import { VggError } from '../core/errors/error.ts';
import { nearest } from '../core/nearest.ts';
import { commands, type CommandEntry } from './commands/registry.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io/io.ts';
import { printable } from './io/printable.ts';

/**
 * Runs one command line (without `node` and the script) and returns the exit code. An error of the user's is one
 * line on stderr; an error of the program's keeps its stack.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const { command, rest } = choose(argv);
    const quiet = rest.some((word) => word === '--quiet' || word === '-q');
    return await (
      await command.load()
    )(rest, quiet ? quieted(io) : io, commands);
  } catch (error) {
    if (error instanceof VggError) {
      await io.stderr.write(`error: ${printable(error.line)}\n`);
      return exitCodes.usage;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await io.stderr.write(`internal error: ${stack}\nThis is a fault of vgg-inspect; please report it.\n`);
    return exitCodes.internal;
  }
}

/** The same process, in which nobody wants to read warnings and progress. */
const quieted = (io: Io): Io => ({
  stdout: io.stdout,
  stderr: io.stderr,
  // Merely naming the process's opens it.
  get stdin() {
    return io.stdin;
  },
  env: io.env,
  get cwd() {
    return io.cwd;
  },
  quiet: true,
  onInterrupt: (handler) => io.onInterrupt(handler),
});

/** The command that the first word names; `inspect` where it names none. */
function choose(argv: readonly string[]): { command: CommandEntry; rest: readonly string[] } {
  const words = argv[0] === 'help' ? helpFor(argv[1]) : argv;
  const named = commands.get(words[0] ?? '');
  // `<arch> --train` is `train <arch>`.
  if (words.includes('--train') && (named === undefined || words[0] === 'inspect')) {
    const rest = words.filter((word, i) => word !== '--train' && !(named && i === 0));
    return { command: commands.get('train')!, rest };
  }
  return named
    ? { command: named, rest: words.slice(1) }
    : { command: commands.get('inspect')!, rest: words };
}

/** `help fit` is `fit --help`. Throws `unknown-command`. */
function helpFor(name: string | undefined): string[] {
  if (name === undefined || name.startsWith('-')) return ['--help'];
  if (commands.has(name)) return [name, '--help'];
  const known = [...commands.keys()];
  throw new VggError('unknown-command', { name, nearest: nearest(name, known), known });
}
