import * as z from 'zod/mini';
import { VggError } from '../../core/errors/error.ts';
import { elements, product } from '../../core/arithmetic.ts';
import { image } from './spatial.ts';
import type { Shape } from '../../core/shape.ts';
import { flag, pair } from './attributes.ts';
import { slide, type Pair, type Window } from './window.ts';

/** The arguments that all sliding pools share. `stride` defaults to the kernel size. */
export const poolingAttributes = {
  kernel_size: pair(1),
  stride: z.nullish(pair(1)),
  padding: z._default(pair(0), [0, 0]),
  ceil_mode: flag(false),
};

interface Pooling {
  readonly kernel_size: Pair;
  readonly stride?: Pair | null | undefined;
  readonly padding: Pair;
  readonly ceil_mode: boolean;
  readonly dilation?: Pair;
}

export function poolingWindow(a: Pooling): Window {
  const { kernel_size: kernel, padding, dilation = [1, 1] } = a;
  return { kernel, stride: a.stride ?? kernel, dilation, before: padding, after: padding };
}

/** Throws `padding-over-half-kernel`, as PyTorch does, and `window-too-large`. */
export function poolingShape(kind: string, a: Pooling, input: Shape): Shape {
  const [n, c, h, w] = image(input, kind);
  for (const axis of [0, 1] as const) {
    if (a.padding[axis] * 2 > a.kernel_size[axis]) {
      throw new VggError('padding-over-half-kernel', { padding: a.padding, kernel: a.kernel_size });
    }
  }
  return [n, c, ...slide([h, w], poolingWindow(a), a.ceil_mode ? 'ceil' : 'floor')];
}

/** Elements under the windows: one comparison or addition each, borders counted as if they were full. */
export function poolingOperations(a: Pooling, output: Shape): number {
  return product([elements(output), ...a.kernel_size], 'the number of pooling operations');
}
