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

/** How the result is shown. */
export interface OutputOptions {
  readonly format?: Format;
  readonly json?: true;
  readonly color?: boolean;
  readonly output?: string;
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
    .addOption(option('--layout <layout>', lie, choice('--layout', layouts)));
}

export const addLiteralOptions = (command: Command) => addOptions(command, literalOptions);
export const addNetworkOptions = (command: Command) => addOptions(command, networkOptions);
export const addMemoryOptions = (command: Command) => addOptions(command, trainingMemoryOptions);
export const addConventionOption = (command: Command) => addOptions(command, conventionOptions);

/** `batch` replaces what `--batch` means, for commands that try several. */
export function addInputOptions(
  command: Command,
  { batch = inputOptions.batch }: { batch?: ValueOption<unknown> } = {},
): Command {
  return addOptions(command, { ...inputOptions, batch });
}

export function addRowOptions(command: Command): Command {
  return command
    .addOption(option('--only <kinds>', 'show only these layers, such as conv,linear', words('--only')))
    .addOption(option('--depth <n>', 'fold blocks below this level', count('--depth')));
}

const analyzed: readonly Content[] = ['sheets', 'records', 'data'];

/** The formats are those of a report with these `contents`. */
export function addOutputOptions(command: Command, contents = analyzed): Command {
  const formats = formatsOf(contents);
  for (const { name: format, flag } of formats)
    if (flag !== undefined) command.addOption(option(`--${flag}`, `the same as --format ${format}`));
  const names = formats.map(({ name: format }) => format);
  return command
    .addOption(option('--format <format>', names.join(', '), choice('--format', names)))
    .addOption(option('-o, --output <file>', 'write to a file'))
    .addOption(option('--color', 'color even off a terminal'))
    .addOption(option('--no-color', 'no color'));
}

export function addAssertOption(command: Command): Command {
  return command.addOption(
    option(
      '--assert <expression>',
      'exit 1 unless it holds, such as params==128806154; repeatable',
      repeated,
    ),
  );
}
