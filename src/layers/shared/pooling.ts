import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { elements, product } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { flag, sides } from './attributes.ts';
import { spatial } from './spatial.ts';
import { everyAxis, perAxis, slide, type Axes, type Rank, type Window } from './window.ts';

/** The arguments that all sliding pools share. `stride` defaults to the kernel size. */
export const poolingAttributes = (rank: Rank) => ({
  kernel_size: sides(rank, 1),
  stride: z.nullish(sides(rank, 1)),
  padding: z._default(sides(rank, 0), everyAxis(rank, 0)),
  ceil_mode: flag(false),
});

interface Pooling {
  readonly kernel_size: Axes;
  readonly stride?: Axes | null | undefined;
  readonly padding: Axes;
  readonly ceil_mode: boolean;
  readonly dilation?: Axes;
}

export function poolingWindow(a: Pooling): Window {
  const { kernel_size: kernel, padding, dilation = everyAxis(kernel.length, 1) } = a;
  return { kernel, stride: a.stride ?? kernel, dilation, before: padding, after: padding };
}

/** Throws `padding-over-half-kernel`, as PyTorch does, and `window-too-large`. */
export function poolingShape(kind: string, rank: Rank, a: Pooling, input: Shape): Shape {
  const [n, c, size] = spatial(input, kind, rank);
  if (
    perAxis([a.padding, a.kernel_size], (padding, kernel) => kernel - 2 * padding).some((rest) => rest < 0)
  ) {
    throw new VggError('padding-over-half-kernel', { padding: a.padding, kernel: a.kernel_size });
  }
  return [n, c, ...slide(size, poolingWindow(a), a.ceil_mode ? 'ceil' : 'floor')];
}

/** Elements under the windows: one comparison or addition each, borders counted as if they were full. */
export function poolingOperations(a: Pooling, output: Shape): number {
  return product([elements(output), ...a.kernel_size], 'the number of pooling operations');
}
