import type { Command } from 'commander';
import type { Dtype } from '../../core/dtype.ts';
import type { Checkpointing } from '../../analysis/memory/checkpointing.ts';
import { optimizerNames, type OptimizerName } from '../../optimizers/registry.ts';
import type { ParallelStrategy } from '../../analysis/memory/parallel.ts';
import type { BuildOptions } from '../../arch/architecture.ts';
import { formatsOf } from '../../report/formats/registry.ts';
import type { Format } from '../../report/options.ts';
import type { Content } from '../../report/sheet/report.ts';
import {
  choice,
  count,
  decimal,
  inputSize,
  name,
  option,
  repeated,
  words,
  type InputSize,
  type Read,
} from '../../core/options/values.ts';

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

/** How the network is trained, as far as memory is concerned. */
export interface TrainingMemoryOptions {
  readonly optimizer?: OptimizerName;
  readonly weightDecay?: number;
  /** False after `--no-foreach`. */
  readonly foreach?: boolean;
  readonly accumulate?: number;
  readonly checkpointing?: Checkpointing;
  readonly parallel?: ParallelStrategy;
  readonly devices?: number;
}

export interface ConventionOptions {
  readonly convention?: string;
}

export interface AssertOptions {
  readonly assert?: readonly string[];
}

const dtypes = ['float32', 'float16', 'bfloat16', 'amp'] as const;
const heads = ['follow', 'fixed'] as const;
const strategies = ['ddp', 'zero1', 'zero2', 'zero3'] as const;

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

const oneBatch = { about: 'images at a time', read: count('--batch') as Read };

/** `batch` replaces what `--batch` means, for commands that try several. */
export function addInputOptions(command: Command, { batch = oneBatch } = {}): Command {
  return command
    .addOption(option('--input <size>', 'NxCxHxW, or CxHxW', inputSize))
    .addOption(option('--batch <n>', batch.about, batch.read))
    .addOption(option('--dtype <type>', dtypes.join(', '), choice('--dtype', dtypes)));
}

export function addMemoryOptions(command: Command): Command {
  return command
    .addOption(option('--optimizer <name>', optimizerNames.join(', '), choice('--optimizer', optimizerNames)))
    .addOption(option('--weight-decay <x>', 'weight decay of the optimizer', decimal('--weight-decay')))
    .addOption(option('--no-foreach', 'an optimizer that updates one tensor after the other'))
    .addOption(option('--accumulate <n>', 'batches for each optimizer step', count('--accumulate')))
    .addOption(option('--checkpointing <how>', 'block, or n stretches, computed twice', blockOrCount))
    .addOption(option('--parallel <how>', strategies.join(', '), choice('--parallel', strategies)))
    .addOption(option('--devices <n>', 'devices that share the work', count('--devices')));
}

const blockOrCount = (text: string): Checkpointing =>
  text === 'block' ? text : count('--checkpointing', '`block` or ')(text);

export function addRowOptions(command: Command): Command {
  return command
    .addOption(option('--only <kinds>', 'show only these layers, such as conv,linear', words('--only')))
    .addOption(option('--depth <n>', 'fold blocks below this level', count('--depth')));
}

export function addConventionOption(command: Command): Command {
  return command.addOption(
    option('--convention <name>', 'count as another tool does, or all; docs/conventions.md has them'),
  );
}

const analysed: readonly Content[] = ['sheets', 'records', 'data'];

/** The formats are those of a report with these `contents`. */
export function addOutputOptions(command: Command, contents = analysed): Command {
  const formats = formatsOf(contents);
  for (const { name: format, flag } of formats)
    if (flag !== undefined) command.addOption(option(`--${flag}`, `the same as --format ${format}`));
  const names = formats.map(({ name: format }) => format);
  return command
    .addOption(option('--format <format>', names.join(', '), choice('--format', names)))
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
