import type { Dtype } from '../../core/dtype.ts';
import { VggError } from '../../core/errors/error.ts';
import type { OptionsFor } from '../../core/options/option.ts';
import { choice, count, inputSize, type InputSize } from '../../core/options/values.ts';
import type { Shape } from '../../core/shape.ts';
import type { Graph } from '../../graph/graph.ts';

/** What goes through the network. */
export interface InputOptions {
  readonly input?: InputSize;
  readonly batch?: number;
  readonly dtype?: Dtype;
}

const dtypes = ['float32', 'float16', 'bfloat16', 'amp'] as const;

export const inputOptions: OptionsFor<InputOptions> = {
  input: { value: '<size>', about: 'NxCxHxW, or CxHxW', read: () => inputSize },
  batch: { value: '<n>', about: 'images at a time', read: count },
  dtype: { value: '<type>', about: dtypes.join(', '), read: (option) => choice(option, dtypes) },
};

/** N×C×H×W. Throws `options-contradict` when `--input` and `--batch` name different batches. */
export function inputShape({ defaultInput }: Graph, { input, batch }: InputOptions): Shape {
  if (input?.batch !== undefined && batch !== undefined && input.batch !== batch) {
    const first = `--input with a batch of ${input.batch}`;
    throw new VggError('options-contradict', { first, second: `--batch ${batch}` });
  }
  return [input?.batch ?? batch ?? 1, ...(input?.image ?? defaultInput)];
}
