import { VggError } from '../../core/errors/error.ts';
import type { OptionsFor } from '../../core/options/option.ts';
import { choice, count, decimal, words } from '../../core/options/values.ts';
import { memoryOptimizerNames, type MemoryOptimizerName } from '../../optimizers/registry.ts';
import type { MemoryOptions } from '../memory/analyze-memory.ts';
import { memorySize } from '../devices/parse-device.ts';
import { allocatorKinds, type AllocatorKind } from '../memory/allocator.ts';
import type { Checkpointing } from '../memory/checkpointing.ts';
import type { ParallelStrategy } from '../memory/parallel.ts';

/** How the network is trained, as far as memory is concerned. */
export interface TrainingMemoryOptions {
  readonly optimizer?: MemoryOptimizerName;
  readonly weightDecay?: number;
  readonly foreach?: boolean;
  readonly accumulate?: number;
  readonly keepGradients?: boolean;
  readonly ema?: boolean;
  readonly checkpointing?: Checkpointing;
  readonly parallel?: ParallelStrategy;
  readonly devices?: number;
  readonly context?: number;
  readonly cudnnBenchmark?: boolean;
  readonly allocator?: AllocatorKind;
}

const strategies = ['ddp', 'zero1', 'zero2', 'zero3'] as const;

export const trainingMemoryOptions: OptionsFor<TrainingMemoryOptions> = {
  optimizer: {
    value: '<name>',
    choices: memoryOptimizerNames,
    about: memoryOptimizerNames.join(', '),
    read: (option) => choice(option, memoryOptimizerNames),
  },
  weightDecay: { value: '<x>', about: 'weight decay of the optimizer', read: decimal },
  foreach: { off: "update one tensor at a time, as PyTorch's foreach=False" },
  accumulate: { value: '<n>', about: 'batches per optimizer step (gradient accumulation)', read: count },
  keepGradients: { on: 'zero_grad(set_to_none=False): gradients stay between steps' },
  ema: { on: 'keep a moving average of the weights' },
  checkpointing: {
    value: '<how>',
    about: 'recompute activations in the backward pass: block, a number of segments, or paths of layers',
    read: checkpointed,
  },
  parallel: {
    value: '<how>',
    choices: strategies,
    about: strategies.join(', '),
    read: (option) => choice(option, strategies),
  },
  devices: { value: '<n>', about: 'number of devices that share the work', read: count },
  context: {
    value: '<size>',
    about: 'the CUDA context (500MiB, in a range of 300 to 850)',
    read: () => memorySize,
  },
  cudnnBenchmark: { on: 'cudnn.benchmark is on: its trial workspaces count' },
  allocator: {
    value: '<kind>',
    choices: allocatorKinds,
    about: allocatorKinds.join(' or '),
    read: (option) => choice(option, allocatorKinds),
  },
};

/** `block`, `4`, or `features.denseblock*,layer1`. */
function checkpointed(option: string): (text: string) => Checkpointing {
  const stretches = count(option, '`block`, paths of layers or ');
  const paths = words(option);
  return (text) =>
    text === 'block' ? text : /^[-+.\d]/.test(text) ? stretches(text) : paths(text, undefined);
}

/** What the options say of training. Throws `option-needs` for `--parallel` or `--devices` without the other. */
export function memoryOptions(options: TrainingMemoryOptions): MemoryOptions {
  const { optimizer, weightDecay, foreach, accumulate, checkpointing, parallel, devices } = options;
  const { context, cudnnBenchmark, allocator, keepGradients, ema } = options;
  if (parallel !== undefined && devices === undefined) {
    throw new VggError('option-needs', { option: `--parallel ${parallel}`, needed: '--devices <n>' });
  }
  if (devices !== undefined && parallel === undefined) {
    throw new VggError('option-needs', { option: `--devices ${devices}`, needed: '--parallel <how>' });
  }
  return {
    ...(optimizer && { optimizer }),
    ...(weightDecay !== undefined && { weightDecay: weightDecay > 0 }),
    ...(foreach !== undefined && { foreach }),
    ...(accumulate !== undefined && { accumulate }),
    ...(checkpointing !== undefined && { checkpointing }),
    ...(keepGradients !== undefined && { keepGradients }),
    ...(ema !== undefined && { ema }),
    ...(context !== undefined && { context }),
    ...(cudnnBenchmark !== undefined && { cudnnBenchmark }),
    ...(allocator && { allocator }),
    ...(parallel && devices !== undefined && { parallel: { strategy: parallel, devices } }),
  };
}
