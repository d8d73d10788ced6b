import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { elements, product } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { divide } from './channels.ts';
import type { Thinning } from '../layer.ts';
import { constant } from './initialization.ts';
import type { Value } from './operators.ts';
import type { Weight } from './weight.ts';

/** The small number that keeps the division finite. */
export const epsilon = z._default(z.number().check(z.minimum(0)), 1e-5);

/**
 * Operations of a normalization by the statistics of its own input: 5 an element with scale and shift, 4 without.
 * Source: fvcore, `norm_flop_counter` (fvcore/nn/jit_handles.py).
 */
export function normalizationOperations(output: Shape, affine: boolean): number {
  return product([elements(output), affine ? 5 : 4], 'the number of normalization operations');
}

/**
 * Throws `one-value-to-normalize` where a mean and a deviation would be taken of a single value: an input of as many
 * elements as there are channels or groups. Source: PyTorch, `_verify_batch_size` (torch/nn/functional.py).
 */
export function checkStatistics(kind: string, input: Shape, channelsOrGroups: number): void {
  if (elements(input) === channelsOrGroups)
    throw new VggError('one-value-to-normalize', { kind, shape: input });
}

/**
 * Throws where PyTorch refuses to normalize by the input's own statistics: `groups` means of a single value each, or
 * nothing added to a variance that may be 0.
 */
export function checkOwnStatistics(kind: string, eps: number, input: Shape, groups: number): void {
  checkStatistics(kind, input, groups);
  if (eps === 0) {
    const problem = 'must be more than 0 without running statistics';
    throw new VggError('bad-attribute', { kind, name: 'eps', value: eps, problem });
  }
}

/** The buffers of tracked statistics. The step counter is one int64, whatever the network's dtype. */
export function runningStatistics(shape: Shape, tracked: boolean) {
  const buffer = (weight: Omit<Weight, 'buffer'>): Weight | undefined =>
    tracked ? { ...weight, buffer: true } : undefined;
  return {
    running_mean: buffer({ shape, init: constant(0) }),
    running_var: buffer({ shape, init: constant(1) }),
    num_batches_tracked: buffer({ shape: [], init: constant(0), integer: true }),
  };
}

/** Those tensors that there are: a normalization has a scale, a shift and running statistics only where it is told to. */
export const given = (...values: readonly (Value | undefined)[]): readonly Value[] =>
  values.filter((value) => value !== undefined);

/** A declared channel count in a thinned network: as thin as what comes in. */
export function thinDeclared(declared: number | undefined, { ratio, inputThinned }: Thinning) {
  return declared !== undefined && inputThinned ? divide(declared, ratio) : declared;
}
