import { Option, type Command } from 'commander';
import type { Dtype } from '../analysis/analysis.ts';
import type { BuildOptions } from '../arch/architecture.ts';
import { formats, type Format } from '../report/options.ts';
import { choice, count, inputSize, name, repeated, words, type InputSize } from './option-values.ts';

/** Which variant of a network. */
export interface NetworkOptions {
  readonly classes?: number;
  readonly ratio?: number;
  readonly head?: BuildOptions['head'];
  readonly pointwiseFrom?: number;
  readonly auxLogits?: boolean;
}

/** A network given in full on the command line. */
export interface LiteralOptions {
  readonly convArch?: string;
  readonly cfg?: string;
  readonly name?: string;
}

/** What goes through the network. */
export interface InputOptions {
  readonly input?: InputSize;
  readonly batch?: number;
  readonly dtype?: Dtype;
}

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

export interface AssertOptions {
  readonly assert?: readonly string[];
}

const dtypes = ['float32', 'float16', 'bfloat16', 'amp'] as const;
const heads = ['follow', 'fixed'] as const;

type Read = Parameters<Option['argParser']>[0];

const option = (flags: string, about: string, read?: Read) => {
  const made = new Option(flags, about);
  return read ? made.argParser(read) : made;
};

export function addLiteralOptions(command: Command): Command {
  return command
    .addOption(option('--conv-arch <tuple>', 'a VGG from the book\'s tuple, such as "((1,64),(1,128))"'))
    .addOption(option('--cfg <list>', 'a VGG from torchvision\'s list, such as "64,M,128,M"'))
    .addOption(option('--name <text>', 'call the network so', name('--name')));
}

export function addNetworkOptions(command: Command): Command {
  return command
    .addOption(option('--classes <n>', 'width of the class scores', count('--classes')))
    .addOption(option('--ratio <n>', "divide every convolution's channels by n", count('--ratio')))
    .addOption(option('--head <which>', "follow or fixed: the book's literal head", choice('--head', heads)))
    .addOption(
      option(
        '--pointwise-from <n>',
        '1×1 convolutions in blocks of n channels on',
        count('--pointwise-from'),
      ),
    )
    .addOption(option('--aux-logits', 'with auxiliary classifiers'))
    .addOption(option('--no-aux-logits', 'without them'));
}

export function addInputOptions(command: Command): Command {
  return command
    .addOption(option('--input <size>', 'NxCxHxW, or CxHxW', inputSize))
    .addOption(option('--batch <n>', 'images at a time', count('--batch')))
    .addOption(option('--dtype <type>', dtypes.join(', '), choice('--dtype', dtypes)));
}

export function addRowOptions(command: Command): Command {
  return command
    .addOption(option('--only <kinds>', 'show only these layers, such as conv,linear', words('--only')))
    .addOption(option('--depth <n>', 'fold blocks below this level', count('--depth')));
}

export function addOutputOptions(command: Command): Command {
  return command
    .addOption(option('--json', 'the same as --format json'))
    .addOption(option('--format <format>', formats.join(', '), choice('--format', formats)))
    .addOption(option('-o, --output <file>', 'write to a file'))
    .addOption(option('--color', 'colour even off a terminal'))
    .addOption(option('--no-color', 'no colour'));
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
