import type { Shape } from '../../core/shape.ts';
import type { Initialization, Weight } from './weight.ts';

export const constant = (value: number): Initialization => ({ law: 'constant', value });
/** Uniform around a value, with this standard deviation. */
export const spread = (around: number, std: number): Initialization => ({
  law: 'uniform',
  bound: std * Math.sqrt(3),
  around,
});
export const uniform = (bound: number): Initialization => ({ law: 'uniform', bound });

/**
 * Filters or a matrix, O×I×window, and the bias of `bias` elements where there is one. The book's laws: Xavier-uniform,
 * ±√(6 / (fan in + fan out)), and the bias as PyTorch leaves it, uniform in ±1/√(fan in). Source: d2l 0.17, `train_ch6`;
 * torch.nn.init.
 */
export function matrixAndBias(
  shape: readonly [out: number, into: number, ...window: number[]],
  bias: number | false,
): { weight: Weight; bias: Weight | undefined } {
  const [out, into, ...window] = shape;
  const area = window.reduce((a, b) => a * b, 1);
  const [fanIn, fanOut] = [into * area, out * area];
  return {
    weight: { shape, init: uniform(Math.sqrt(6 / (fanIn + fanOut))) },
    bias: bias === false ? undefined : { shape: [bias], init: uniform(1 / Math.sqrt(fanIn)) },
  };
}

/** The learnable scale of a normalization, 1 at first, and its shift, 0 at first. */
export function scaleAndShift(
  shape: Shape,
  learned: { readonly scale: boolean; readonly shift: boolean },
): { weight: Weight | undefined; bias: Weight | undefined } {
  return {
    weight: learned.scale ? { shape, init: constant(1) } : undefined,
    bias: learned.scale && learned.shift ? { shape, init: constant(0) } : undefined,
  };
}
