import { readable } from '../../../core/bytes.ts';
import type { Tick } from './plot.ts';

/** About how many marks an axis has room for, on a telephone as well. */
const MARKS = 5;

/** `512 MiB`, `1.5 GiB`: round amounts without needless zeros. */
export const roundBytes = (bytes: number): string => readable(bytes).replace(/\.?0+ (?=[KMGTP]i)/, ' ');

/** Steps of a power of two from 0 to at least `most` bytes; `top` is where the axis ends. */
export function bytesFromZero(most: number): { readonly top: number; readonly ticks: readonly Tick[] } {
  const step = 2 ** Math.max(Math.ceil(Math.log2(most / MARKS)), 0);
  const count = Math.max(Math.ceil(most / step), 1);
  const ticks = Array.from({ length: count + 1 }, (_, i) => ({
    at: i / count,
    text: i === 0 ? '0' : roundBytes(i * step),
  }));
  return { top: count * step, ticks };
}

/** A logarithmic axis: where a value lies, and marks at the powers of `base`. */
export interface LogScale {
  at(value: number): number;
  readonly ticks: readonly Tick[];
}

export function logScale(values: readonly number[], base: number, text: (value: number) => string): LogScale {
  const positive = values.filter((value) => value > 0);
  const exponent = (value: number) => Math.log(value) / Math.log(base);
  const ROUNDING = 1e-9;
  const from = Math.floor(Math.min(...positive.map(exponent)) + ROUNDING);
  const to = Math.max(Math.ceil(Math.max(...positive.map(exponent)) - ROUNDING), from + 1);
  const every = Math.ceil((to - from) / (MARKS + 1));
  const ticks: Tick[] = [];
  for (let power = from; power <= to; power += every) {
    ticks.push({ at: (power - from) / (to - from), text: text(base ** power) });
  }
  return { at: (value) => (exponent(value) - from) / (to - from), ticks };
}
