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
    .addOption(option('--engine <name>', `${engineChoices.join(', ')}; gpu is ${onGpu}`, engineNamed))
    .addOption(
      option(
        '--device <name>',
        `where ${withDevices} runs: ${deviceNames.join(', ')}`,
        choice('--device', deviceNames),
      ),
    )
    .addOption(option('--engines-from <folder>', 'load the packages of engines from its node_modules'))
    .addOption(option('--epochs <n>', 'times through the data (10); 0 only checks', whole('--epochs')))
    .addOption(option('--batch <n>', 'examples for each step (128)', count('--batch')))
    .addOption(
      option('--micro-batch <n>', 'examples at once; the step stays the same', count('--micro-batch')),
    )
    .addOption(option('--lr <x>', 'learning rate (0.05; 0.001 for adam)', decimal('--lr')))
    .addOption(option('--optimizer <name>', optimizerNames.join(', '), choice('--optimizer', optimizerNames)))
    .addOption(option('--momentum <x>', 'SGD with momentum', share('--momentum')))
    .addOption(option('--weight-decay <x>', 'weight decay of the optimizer', decimal('--weight-decay')))
    .addOption(option('--seed <n>', 'decides weights, order and dropout (0)', whole('--seed')))
    .addOption(option('--data <name>', 'fashion-mnist, mnist, synthetic, or a folder of four IDX files'))
    .addOption(option('--limit <n>', 'at most n examples of each split', count('--limit')))
    .addOption(
      option('--resize <n>', "side of the images; the network's own when left out", count('--resize')),
    )
    .addOption(option('--dropout <p>', 'probability of every dropout layer', share('--dropout')))
    .addOption(option('--log <file>', 'metrics as JSON lines'))
    .addOption(option('--checkpoint <folder>', 'keep the state there after every epoch and on Ctrl-C'))
    .addOption(option('--resume', 'go on from the checkpoint'))
    .addOption(option('--save <folder>', "write the trained network: ONNX, or TensorFlow.js's format"))
    .addOption(option('--evaluate <path>', 'no training: test a saved network'))
    .addOption(option('--json', 'the result as JSON'))
    .addOption(option('-o, --output <file>', 'write the result to a file'));
}
