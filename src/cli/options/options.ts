import type { Command } from 'commander';
import { conventionOptions } from '../../analysis/options/analyze-options.ts';
import { inputOptions, type InputOptions } from '../../analysis/options/input-options.ts';
import { trainingMemoryOptions, type TrainingMemoryOptions } from '../../analysis/options/memory-options.ts';
import { layouts, type Layout } from '../../analysis/time/likely.ts';
import {
  literalOptions,
  networkOptions,
  type LiteralOptions,
  type NetworkOptions,
} from '../../arch/options.ts';
import type { ValueOption } from '../../core/options/option.ts';
import { choice, count, repeated, words } from '../../core/options/values.ts';
import { formatsOf } from '../../report/formats/registry.ts';
import type { Format } from '../../report/options.ts';
import type { Content } from '../../report/sheet/report.ts';
import { addOptions, option } from './option.ts';

const OUTPUT = 'Output:';

const outputOption: typeof option = (...given) => option(...given).helpGroup(OUTPUT);

/** How the result is shown. */
export interface OutputOptions {
  readonly format?: Format;
  readonly json?: true;
  readonly color?: boolean;
  readonly output?: string;
}

export interface PlotOptions {
  readonly plot?: true;
}

export interface RowOptions {
  readonly only?: readonly string[];
  readonly depth?: number;
}

/** What a command that analyses a network takes. */
export type AnalysisOptions = NetworkOptions & LiteralOptions & InputOptions & TrainingMemoryOptions;

export interface AssertOptions {
  readonly assert?: readonly string[];
}

/** Whose time is wanted. */
export interface DeviceOptions {
  readonly device?: readonly string[];
  readonly layout?: Layout;
}

export function addDeviceOptions(command: Command, about: string): Command {
  const lie = `how images lie, for the likely time: ${layouts.join(', or ')} (channels_last)`;
  return command
    .addOption(option('--device <names>', about, words('--device')))
    .addOption(option('--layout <layout>', lie, choice('--layout', layouts), layouts));
}

export const addLiteralOptions = (command: Command) => addOptions(command, literalOptions, 'Network:');
export const addNetworkOptions = (command: Command) => addOptions(command, networkOptions, 'Network:');
export const addMemoryOptions = (command: Command) =>
  addOptions(command, trainingMemoryOptions, 'Training step:');
export const addConventionOption = (command: Command) => addOptions(command, conventionOptions, OUTPUT);

/** `batch` replaces what `--batch` means, for commands that try several. */
export function addInputOptions(
  command: Command,
  { batch = inputOptions.batch }: { batch?: ValueOption<unknown> } = {},
): Command {
  return addOptions(command, { ...inputOptions, batch }, 'Input:');
}

export function addRowOptions(command: Command): Command {
  return command
    .addOption(
      outputOption('--only <kinds>', 'show only these kinds of layers, such as conv,linear', words('--only')),
    )
    .addOption(outputOption('--depth <n>', 'show blocks deeper than n levels as one row', count('--depth')));
}

const analyzed: readonly Content[] = ['sheets', 'records', 'data'];

/** The formats are those of a report with these `contents`. */
export function addOutputOptions(command: Command, contents = analyzed): Command {
  const formats = formatsOf(contents);
  for (const { name: format, flag } of formats)
    if (flag !== undefined) command.addOption(outputOption(`--${flag}`, `the same as --format ${format}`));
  const names = formats.map(({ name: format }) => format);
  return command
    .addOption(outputOption('--format <format>', names.join(', '), choice('--format', names), names))
    .addOption(outputOption('-o, --output <file>', 'write to a file instead of standard output'))
    .addOption(outputOption('--color', 'always use color'))
    .addOption(outputOption('--no-color', 'never use color'));
}

export const addPlotOption = (command: Command): Command =>
  command.addOption(option('--plot', 'draw it as well, in a terminal'));

export function addAssertOption(command: Command): Command {
  return command.addOption(
    outputOption(
      '--assert <expression>',
      'check a number and exit with 1 if it is wrong, such as params==128806154; repeatable',
      repeated,
    ),
  );
}
