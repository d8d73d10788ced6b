import { VggError } from './errors/error.ts';

/** Sizes of a tensor, batch first: `[N, C, H, W]` for images, `[N, F]` after flattening. */
export type Shape = readonly number[];

/** `1×64×224×224` */
export function formatShape(shape: Shape): string {
  return shape.join('×');
}

/** Product of non-negative integers, exact; throws `too-large` beyond 2^53. `what` names it in the error. */
export function product(factors: readonly number[], what = 'a product of sizes'): number {
  let result = 1;
  for (const factor of factors) {
    result *= factor;
    if (result > Number.MAX_SAFE_INTEGER) throw new VggError('too-large', { what });
  }
  return result;
}

/** Sum of non-negative integers, exact; throws `too-large` beyond 2^53. */
export function sum(terms: Iterable<number>, what = 'a total'): number {
  let result = 0;
  for (const term of terms) {
    result += term;
    if (result > Number.MAX_SAFE_INTEGER) throw new VggError('too-large', { what });
  }
  return result;
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Number of elements of a tensor of this shape. */
export function elements(shape: Shape): number {
  return product(shape, 'the number of elements of a tensor');
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** Batch, channels, height and width of an image-shaped input; throws `not-an-image` for any other rank. */
export function image(shape: Shape, kind: string): readonly [n: number, c: number, h: number, w: number] {
  if (shape.length !== 4) throw new VggError('not-an-image', { kind, shape });
  return shape as unknown as readonly [number, number, number, number];
}
