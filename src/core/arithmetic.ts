import { VggError } from './errors/error.ts';
import type { Shape } from './shape.ts';

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
