import { intOf } from '../torch/arguments.ts';
import type { Value } from '../python/values/object.ts';

type Whole = (a: number, b: number) => number;

const ARITHMETIC: ReadonlyMap<string, Whole> = new Map<string, Whole>([
  ['add', (a, b) => a + b],
  ['sub', (a, b) => a - b],
  ['mul', (a, b) => a * b],
  ['floordiv', (a, b) => Math.floor(a / b)],
  ['mod', (a, b) => a - b * Math.floor(a / b)],
]);

/** Arithmetic of sizes, as the file has it of Python's `operator`: `_operator.mul`. undefined for other targets. */
export function sizeArithmetic(target: string, args: readonly Value[]): Value | undefined {
  const compute = ARITHMETIC.get(/^_operator\.(\w+)$/.exec(target)?.[1] ?? '');
  const [a, b] = args;
  if (!compute || a === undefined || b === undefined || args.length !== 2) return undefined;
  const result = compute(intOf(a), intOf(b));
  if (!Number.isSafeInteger(result)) throw new RangeError('a size is not a whole number');
  return result;
}

/** What is checked while the program runs gives nothing. */
export const CHECKS = /^aten\.(?:_assert_\w+|sym_constrain_\w+)\.\w+$/;
