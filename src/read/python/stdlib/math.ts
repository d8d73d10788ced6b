import { binary } from '../operate/binary.ts';
import { callSpecial } from '../operate/core.ts';
import * as ints from '../operate/integers.ts';
import { func, named, nativeModule } from '../operate/native.ts';
import { collect, each, indexOf } from '../operate/protocols.ts';
import { toFloat } from '../types/numbers.ts';
import { claimBits, tick } from '../state.ts';
import { raised, valueError } from '../values/exceptions.ts';
import { plain, type Value } from '../values/object.ts';
import { PyFloat, PyTuple } from '../values/values.ts';

const float = (value: number) => new PyFloat(value);

/** Of one float; not a number where there was one is a mistake. */
function real(name: string, compute: (x: number) => number) {
  return func(name, 'x', (x) => {
    const given = toFloat(x);
    const result = compute(given);
    if (Number.isNaN(result) && !Number.isNaN(given)) throw valueError('math domain error');
    if (!Number.isFinite(result) && Number.isFinite(given)) {
      if (/^(?:log|atanh)/.test(name)) throw valueError('math domain error');
      throw raised('OverflowError', 'math range error');
    }
    return float(result);
  });
}

function whole(name: string, dunder: string, compute: (x: number) => number) {
  return func(name, 'x', (x) => {
    const own = plain(x);
    if (typeof own === 'number' || typeof own === 'bigint') return own;
    if (own instanceof PyFloat) return ints.fromFloat(compute(own.value));
    return callSpecial(x, dunder, []) ?? ints.fromFloat(compute(toFloat(x)));
  });
}

function logarithm(x: Value, base: number | undefined): number {
  const own = plain(x);
  const value = typeof own === 'bigint' ? own : toFloat(x);
  if (value <= 0) throw valueError('math domain error');
  // Of more than a float holds: the digits that matter, and the rest by its length.
  const bits = typeof value === 'bigint' ? Math.max(0, ints.bitsOf(value) - 60) : 0;
  const natural =
    typeof value === 'bigint' ? Math.log(Number(value >> BigInt(bits))) + bits * Math.LN2 : Math.log(value);
  return base === undefined ? natural : natural / Math.log(base);
}

function product(items: Value, start: Value): Value {
  let result = start;
  each(items, (item) => {
    result = binary('*', result, item);
  });
  return result;
}

function factorial(n: number): Value {
  if (n < 0) throw valueError('factorial() not defined for negative values');
  claimBits(n * Math.log2(n + 2));
  let result: ints.Int = 1;
  for (let i = 2; i <= n; i++) result = ints.multiply(result, i);
  return result;
}

function choose(n: number, k: number): ints.Int {
  if (k > n) return 0;
  const fewer = Math.min(k, n - k);
  let result: ints.Int = 1;
  for (let i = 1; i <= fewer; i++) {
    tick();
    result = ints.floorDivide(ints.multiply(result, n - fewer + i), i);
  }
  return result;
}

function squareRoot(value: ints.Int): ints.Int {
  if (value < 0) throw valueError('isqrt() argument must be nonnegative');
  const n = BigInt(value);
  if (n < 2n) return value;
  let x = 1n << BigInt(Math.ceil((ints.bitsOf(value) + 1) / 2));
  for (;;) {
    const y = (x + n / x) >> 1n;
    tick(10);
    if (y >= x) return ints.narrow(x);
    x = y;
  }
}

function gcd(a: ints.Int, b: ints.Int): ints.Int {
  let [x, y] = [BigInt(a), BigInt(b)];
  while (y !== 0n) {
    tick();
    [x, y] = [y, x % y];
  }
  return ints.narrow(x < 0n ? -x : x);
}

/** Sums without losing what is small: Shewchuk's partial sums. */
function exactSum(values: readonly number[]): number {
  const partials: number[] = [];
  for (let x of values) {
    let kept = 0;
    for (let y of partials) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low !== 0) partials[kept++] = low;
      x = high;
    }
    partials.length = kept;
    partials.push(x);
  }
  return partials.reduceRight((sum, part) => sum + part, 0);
}

const isClose = (a: number, b: number, relative: number, absolute: number) =>
  a === b ||
  (Number.isFinite(a) &&
    Number.isFinite(b) &&
    Math.abs(a - b) <= Math.max(relative * Math.max(Math.abs(a), Math.abs(b)), absolute));

/** Abramowitz and Stegun have too few digits; a series and a continued fraction have all. */
function erf(x: number): number {
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  let term = z;
  let sum = z;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (-z * z) / n;
    sum += term / (2 * n + 1);
  }
  return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
}

export const math = () =>
  nativeModule('math', [
    ['pi', float(Math.PI)],
    ['e', float(Math.E)],
    ['tau', float(2 * Math.PI)],
    ['inf', float(Infinity)],
    ['nan', float(Number.NaN)],
    ...named([
      ...(
        [
          'sqrt',
          'exp',
          'expm1',
          'sin',
          'cos',
          'tan',
          'asin',
          'acos',
          'atan',
          'sinh',
          'cosh',
          'tanh',
          'asinh',
          'acosh',
          'atanh',
          'log1p',
          'cbrt',
        ] as const
      ).map((name) => real(name, Math[name])),
      real('fabs', Math.abs),
      real('erf', erf),
      real('degrees', (x) => (x * 180) / Math.PI),
      real('radians', (x) => (x * Math.PI) / 180),
      whole('floor', '__floor__', Math.floor),
      whole('ceil', '__ceil__', Math.ceil),
      whole('trunc', '__trunc__', Math.trunc),
      func('log', 'x base?', (x, base) =>
        float(logarithm(x, base === undefined ? undefined : toFloat(base))),
      ),
      func('log2', 'x', (x) => {
        const own = plain(x);
        return float(typeof own === 'bigint' || toFloat(x) <= 0 ? logarithm(x, 2) : Math.log2(toFloat(x)));
      }),
      func('log10', 'x', (x) => float(toFloat(x) <= 0 ? logarithm(x, 10) : Math.log10(toFloat(x)))),
      func('pow', 'x y', (x, y) => binary('**', float(toFloat(x)), float(toFloat(y)))),
      func('atan2', 'y x', (y, x) => float(Math.atan2(toFloat(y), toFloat(x)))),
      func('hypot', '*values', (values) => float(Math.hypot(...values.map(toFloat)))),
      func('fmod', 'x y', (x, y) => float(toFloat(x) % toFloat(y))),
      func('copysign', 'x y', (x, y) => {
        const sign = toFloat(y) < 0 || Object.is(toFloat(y), -0) ? -1 : 1;
        return float(sign * Math.abs(toFloat(x)));
      }),
      func('modf', 'x', (x) => {
        const own = toFloat(x);
        return new PyTuple([float(own % 1), float(Math.trunc(own))]);
      }),
      func('ldexp', 'x i', (x, i) => float(toFloat(x) * 2 ** Number(indexOf(i)))),
      func('isfinite', 'x', (x) => Number.isFinite(toFloat(x))),
      func('isinf', 'x', (x) => Math.abs(toFloat(x)) === Infinity),
      func('isnan', 'x', (x) => Number.isNaN(toFloat(x))),
      func('isclose', 'a b * rel_tol? abs_tol?', (a, b, relative, absolute) =>
        isClose(
          toFloat(a),
          toFloat(b),
          relative === undefined ? 1e-9 : toFloat(relative),
          absolute === undefined ? 0 : toFloat(absolute),
        ),
      ),
      func('gcd', '*values', (values) => values.map(indexOf).reduce(gcd, 0)),
      func('lcm', '*values', (values) =>
        values.map(indexOf).reduce<ints.Int>((a, b) => {
          const both = gcd(a, b);
          return both === 0 ? 0 : gcd(ints.multiply(ints.floorDivide(a, both), b), 0);
        }, 1),
      ),
      func('factorial', 'n', (n) => factorial(Number(indexOf(n)))),
      func('comb', 'n k', (n, k) => choose(Number(indexOf(n)), Number(indexOf(k)))),
      func('perm', 'n k?', (n, k) => {
        const from = Number(indexOf(n));
        let result: ints.Int = 1;
        for (let i = 0; i < (k === undefined ? from : Number(indexOf(k))); i++)
          result = ints.multiply(result, from - i);
        return result;
      }),
      func('isqrt', 'n', (n) => squareRoot(indexOf(n))),
      func('prod', 'items * start?', (items, start) => product(items, start ?? 1)),
      func('fsum', 'items', (items) => float(exactSum(collect(items).map(toFloat)))),
      func('dist', 'p q', (p, q) => {
        const other = collect(q);
        return float(Math.hypot(...collect(p).map((each, i) => toFloat(each) - toFloat(other[i]!))));
      }),
    ]),
  ]);
