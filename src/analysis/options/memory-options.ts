import type { MemoryOptions } from '../memory/analyse-memory.ts';
import { VggError } from '../../core/errors/error.ts';
import type { TrainingMemoryOptions } from '../../cli/options/options.ts';

/** What the options say of training. Throws `option-needs` for `--parallel` or `--devices` without the other. */
export function memoryOptions(options: TrainingMemoryOptions): MemoryOptions {
  const { optimizer, weightDecay, foreach, accumulate, checkpointing, parallel, devices } = options;
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
    ...(parallel && devices !== undefined && { parallel: { strategy: parallel, devices } }),
  };
}
