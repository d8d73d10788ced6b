import type { Command } from 'commander';
import { targetNames, type TargetName } from '../../../train/onnx/targets/registry.ts';
import { optimizerNames, type OptimizerName } from '../../../optimizers/registry.ts';
import type { LiteralOptions, NetworkOptions } from '../../../arch/options.ts';
import { option } from '../../options/option.ts';
import {
  choice,
  count,
  decimal,
  inputSize,
  share,
  whole,
  type InputSize,
} from '../../../core/options/values.ts';
import { formatNames } from './formats.ts';

export type ExportOptions = NetworkOptions &
  LiteralOptions & {
    readonly to?: string;
    readonly input?: InputSize;
    readonly batch?: number;
    readonly optimizer?: OptimizerName;
    readonly lr?: number;
    readonly momentum?: number;
    readonly weightDecay?: number;
    readonly device?: TargetName;
    readonly init?: string;
    readonly seed?: number;
    readonly output?: string;
  };

export function addExportOptions(command: Command): Command {
  return command
    .addOption(option('--to <format>', formatNames.join(', '), choice('--to', formatNames)))
    .addOption(option('--input <size>', 'NxCxHxW, or CxHxW', inputSize))
    .addOption(option('--batch <n>', 'examples for each step (128)', count('--batch')))
    .addOption(option('--optimizer <name>', optimizerNames.join(', '), choice('--optimizer', optimizerNames)))
    .addOption(option('--lr <x>', 'fixes the learning rate; otherwise an input', decimal('--lr')))
    .addOption(option('--momentum <x>', 'SGD with momentum', share('--momentum')))
    .addOption(option('--weight-decay <x>', 'weight decay of the optimizer', decimal('--weight-decay')))
    .addOption(
      option(
        '--device <name>',
        `what is to run it: ${targetNames.join(', ')}`,
        choice('--device', targetNames),
      ),
    )
    .addOption(option('--init <file>', 'write a graph there that gives the initial state'))
    .addOption(option('--seed <n>', 'decides the initial weights (0)', whole('--seed')))
    .addOption(option('-o, --output <file>', 'write to this file'));
}
