import type { Command } from 'commander';
import { devices } from '../../../analysis/devices/catalog.ts';
import { conventions } from '../../../analysis/conventions/registry.ts';
import { architectures } from '../../../arch/catalog.ts';
import { dataSets } from '../../../train/data/sets.ts';
import type { Io } from '../../io/io.ts';
import { lists } from '../list/lists.ts';
import { examplesOf } from '../../options/parser.ts';
import type { Commands } from '../registry.ts';

/** A command as its help describes it. */
export interface Described {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly usage: string;
  /** Words that can stand where its argument does: names of networks, of lists, of shells. */
  readonly words: readonly string[];
  readonly arguments: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly DescribedOption[];
  readonly examples: readonly string[];
}

export interface DescribedOption {
  /** `-o, --output <file>` */
  readonly flags: string;
  readonly long: string;
  readonly about: string;
  readonly group: string;
  /** It takes a value, one of these where they are known. */
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

/** Names that an option takes beside the ones that it states itself. */
const names: ReadonlyMap<string, readonly string[]> = new Map([
  ['--device', ['all', ...devices.map(({ name }) => name)]],
  ['--convention', ['all', ...conventions.map(({ name }) => name)]],
  ['--data', dataSets.map(({ name }) => name)],
]);

const networks = architectures.map(({ name }) => name);

/** The name of a command's argument, and the words that it can be. */
const argumentWords: ReadonlyMap<string, readonly string[]> = new Map([
  ['arch', networks],
  ['before', networks],
  ['after', networks],
  ['what', [...lists.keys()]],
  ['shell', ['bash', 'zsh', 'fish', 'man']],
]);

/** Every command, from the data of which its help is made. */
export async function describeAll(commands: Commands, io: Io): Promise<Described[]> {
  const found: Described[] = [];
  for (const [name, { summary, load }] of commands) {
    let described: Command | undefined;
    const listening: Io = Object.defineProperty(Object.create(io) as Io, 'describe', {
      value: (command: Command) => (described = command),
    });
    const run = await load();
    await run([], listening, commands);
    if (described) found.push(describe(name, summary, described));
  }
  return found;
}

function describe(name: string, summary: string, command: Command): Described {
  const shown = command.registeredArguments.map((argument) => ({
    name: argument.name(),
    about: argument.description,
  }));
  return {
    name,
    summary,
    description: command.description(),
    usage: `${command.name()} ${command.usage()}`,
    words: shown
      .flatMap((argument) => argumentWords.get(argument.name) ?? [])
      .filter((word, i, all) => all.indexOf(word) === i),
    arguments: shown,
    options: command
      .createHelp()
      .visibleOptions(command)
      .filter(({ long }) => long !== undefined)
      .map(({ flags, long, description, helpGroupHeading, required, argChoices }) => ({
        flags,
        long: long!,
        about: description,
        group: helpGroupHeading ?? 'Options:',
        takesValue: required,
        values: argChoices ?? names.get(long!) ?? [],
      })),
    examples: examplesOf(command),
  };
}
