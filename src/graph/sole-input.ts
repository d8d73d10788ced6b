import { VggError } from '../core/errors/error.ts';
import { inputReference, type Graph } from './graph.ts';

/** How nodes refer to the one input; throws `several-inputs` where there are more. */
export function soleInput({ inputs }: Graph): string {
  const [input, ...others] = inputs;
  if (others.length > 0) throw new VggError('several-inputs', { names: inputs.map(({ name }) => name) });
  return inputReference(input);
}
