import type { Command } from 'commander';
import { optimizerNames, type OptimizerName } from '../../../optimizers/registry.ts';
import { deviceNames, engineNames, engines } from '../../../train/engines/registry.ts';
import { withDevices } from '../../../train/engines/select.ts';
import type { LiteralOptions, NetworkOptions } from '../../../arch/options.ts';
import { option } from '../../options/option.ts';
import { choice, count, decimal, share, whole, type InputSize } from '../../../core/options/values.ts';

export interface TrainOptions {
  readonly engine?: string;
  readonly device?: string;
  readonly enginesFrom?: string;
  readonly epochs?: number;
  readonly batch?: number;
  readonly microBatch?: number;
  readonly lr?: number;
  readonly momentum?: number;
  readonly optimizer?: OptimizerName;
  readonly weightDecay?: number;
  readonly seed?: number;
  readonly data?: string;
  readonly limit?: number;
  readonly resize?: number;
  readonly dropout?: number;
  readonly log?: string;
  readonly checkpoint?: string;
  readonly resume?: true;
  readonly save?: string;
  readonly evaluate?: string;
  readonly json?: true;
  readonly output?: string;
}

export type TrainCommandOptions = TrainOptions &
  NetworkOptions &
  LiteralOptions & { readonly input?: InputSize };

const engineChoices = ['auto', ...engineNames] as const;

/** The engine that computes on a GPU wherever there is one. */
const onGpu = engines.find(({ gpu }) => gpu)?.name;

/** An engine's name, or `gpu` for the one that computes there. */
const engineNamed = (text: string): string =>
  text === 'gpu' && onGpu !== undefined ? onGpu : choice('--engine', engineChoices)(text);

export function addTrainOptions(command: Command): Command {
  return command
    .addOption(
      option('--engine <name>', `${engineChoices.join(', ')}; gpu is ${onGpu}`, engineNamed, [
        ...engineChoices,
        'gpu',
      ]),
    )
    .addOption(
      option(
        '--device <name>',
        `where ${withDevices} runs: ${deviceNames.join(', ')}`,
        choice('--device', deviceNames),
        deviceNames,
      ),
    )
    .addOption(option('--engines-from <folder>', 'folder in whose node_modules the engines are installed'))
    .addOption(option('--epochs <n>', 'number of epochs (10); 0 runs only the checks', whole('--epochs')))
    .addOption(option('--batch <n>', 'batch size (128)', count('--batch')))
    .addOption(
      option(
        '--micro-batch <n>',
        'run each batch in parts of n examples, to save memory; the result stays the same',
        count('--micro-batch'),
      ),
    )
    .addOption(option('--lr <x>', 'learning rate (0.05; 0.001 for adam)', decimal('--lr')))
    .addOption(
      option(
        '--optimizer <name>',
        optimizerNames.join(', '),
        choice('--optimizer', optimizerNames),
        optimizerNames,
      ),
    )
    .addOption(option('--momentum <x>', 'momentum of SGD', share('--momentum')))
    .addOption(option('--weight-decay <x>', 'weight decay of the optimizer', decimal('--weight-decay')))
    .addOption(option('--seed <n>', 'seed of weights, order and dropout (0)', whole('--seed')))
    .addOption(option('--data <name>', 'fashion-mnist, mnist, synthetic, or a folder of four IDX files'))
    .addOption(option('--limit <n>', 'use at most n training and n test images', count('--limit')))
    .addOption(option('--resize <n>', "resize the images to n×n (the network's own size)", count('--resize')))
    .addOption(option('--dropout <p>', 'rate of every dropout layer', share('--dropout')))
    .addOption(option('--log <file>', 'write metrics as JSON lines'))
    .addOption(option('--checkpoint <folder>', 'save the training there after every epoch and on Ctrl-C'))
    .addOption(option('--resume', 'continue from the checkpoint'))
    .addOption(option('--save <folder>', "save the trained network: ONNX, or TensorFlow.js's format"))
    .addOption(option('--evaluate <path>', 'test a saved network instead of training'))
    .addOption(option('--json', 'the result as JSON'))
    .addOption(option('-o, --output <file>', 'write the result to a file'));
}
