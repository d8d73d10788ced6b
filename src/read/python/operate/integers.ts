import { claimBits } from '../state.ts';
import { raised, valueError } from '../values/exceptions.ts';

/** A Python int: a number as long as it is safe, beyond that a bigint. */
export type Int = number | bigint;

export function narrow(value: bigint): Int {
  if (value >= -9007199254740991n && value <= 9007199254740991n) return Number(value);
  claimBits(bitsOf(value));
  return value;
}

export function bitsOf(value: Int): number {
  if (typeof value === 'number') return value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) + 1;
  const magnitude = value < 0n ? -value : value;
  return magnitude.toString(16).length * 4;
}

/** Exact. */
export function bitLength(value: Int): number {
  const magnitude = BigInt(value) < 0n ? -BigInt(value) : BigInt(value);
  return magnitude === 0n ? 0 : magnitude.toString(2).length;
}

export function add(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return narrow(BigInt(a) + BigInt(b));
}

export function subtract(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return narrow(BigInt(a) - BigInt(b));
}

export function multiply(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product === 0 ? 0 : product;
  }
  claimBits(bitsOf(a) + bitsOf(b));
  return narrow(BigInt(a) * BigInt(b));
}

/** Toward minus infinity, as Python divides. */
export function floorDivide(a: Int, b: Int): Int {
  if (b === 0) throw raised('ZeroDivisionError', 'integer division or modulo by zero');
  if (typeof a === 'number' && typeof b === 'number') {
    const quotient = (a - modulo(a, b)) / b;
    return quotient === 0 ? 0 : quotient;
  }
  const [x, y] = [BigInt(a), BigInt(b)];
  const quotient = x / y;
  return narrow(x % y !== 0n && x < 0n !== y < 0n ? quotient - 1n : quotient);
}

function modulo(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest === 0 ? 0 : rest;
}

/** With the sign of the divisor. */
export function remainder(a: Int, b: Int): Int {
  if (b === 0) throw raised('ZeroDivisionError', 'integer division or modulo by zero');
  if (typeof a === 'number' && typeof b === 'number') return modulo(a, b);
  const [x, y] = [BigInt(a), BigInt(b)];
  const rest = x % y;
  return narrow(rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest);
}

/** To a float, as exactly as a float can be. */
export function trueDivide(a: Int, b: Int): number {
  if (b === 0) throw raised('ZeroDivisionError', 'division by zero');
  if (typeof a === 'number' && typeof b === 'number') return a / b;
  const [x, y] = [BigInt(a), BigInt(b)];
  // Enough bits of the quotient that the last step rounds only once.
  const shift = Math.max(0, bitsOf(y) - bitsOf(x) + 66);
  const down = Math.max(0, bitsOf(x) - bitsOf(y) - 66);
  let quotient = (x << BigInt(shift)) / (y << BigInt(down));
  if ((x << BigInt(shift)) % (y << BigInt(down)) !== 0n) quotient |= 1n;
  const result = Number(quotient) * 2 ** (down - shift);
  if (!Number.isFinite(result))
    throw raised('OverflowError', 'integer division result too large for a float');
  return result;
}

/** Of an exponent that is not negative. */
export function power(base: Int, exponent: Int): Int {
  if (base === 0 || base === 1) return exponent === 0 ? 1 : base;
  if (base === -1) return BigInt(exponent) % 2n === 0n ? 1 : -1;
  const bits = bitsOf(base) * Number(exponent);
  claimBits(bits - Number(exponent));
  const quick = Number(base) ** Number(exponent);
  return Number.isSafeInteger(quick) ? quick : narrow(BigInt(base) ** BigInt(exponent));
}

export function powerModulo(base: Int, exponent: Int, modulus: Int): Int {
  if (modulus === 0) throw valueError('pow() 3rd argument cannot be 0');
  let power_ = BigInt(exponent);
  const m = BigInt(modulus);
  let b = ((BigInt(base) % m) + m) % m;
  if (power_ < 0n) {
    b = inverse(b, m);
    power_ = -power_;
  }
  let result = 1n;
  for (; power_ > 0n; power_ >>= 1n) {
    claimBits(bitsOf(m));
    if (power_ & 1n) result = (result * b) % m;
    b = (b * b) % m;
  }
  return remainder(narrow(result), modulus);
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [r, next, s, following] = [modulus, value, 0n, 1n];
  while (next !== 0n) {
    const q = r / next;
    [r, next] = [next, r - q * next];
    [s, following] = [following, s - q * following];
  }
  if (r !== 1n && r !== -1n) throw valueError('base is not invertible for the given modulus');
  return s;
}

export function shiftLeft(a: Int, b: Int): Int {
  if (b < 0) throw valueError('negative shift count');
  if (a === 0) return 0;
  claimBits(bitsOf(a) + Number(b));
  return narrow(BigInt(a) << BigInt(b));
}

export function shiftRight(a: Int, b: Int): Int {
  if (b < 0) throw valueError('negative shift count');
  if (Number(b) > bitsOf(a)) return a < 0 ? -1 : 0;
  return narrow(BigInt(a) >> BigInt(b));
}

const SMALL = 2 ** 31;
const small = (a: Int, b: Int) =>
  typeof a === 'number' && typeof b === 'number' && a >= -SMALL && a < SMALL && b >= -SMALL && b < SMALL;

export const and = (a: Int, b: Int): Int =>
  small(a, b) ? Number(a) & Number(b) : narrow(BigInt(a) & BigInt(b));
export const or = (a: Int, b: Int): Int =>
  small(a, b) ? Number(a) | Number(b) : narrow(BigInt(a) | BigInt(b));
export const xor = (a: Int, b: Int): Int =>
  small(a, b) ? Number(a) ^ Number(b) : narrow(BigInt(a) ^ BigInt(b));

export const negate = (a: Int): Int => (typeof a === 'number' ? (a === 0 ? 0 : -a) : narrow(-a));

/** A float's whole part, exactly. */
export function fromFloat(value: number): Int {
  if (Number.isNaN(value)) throw valueError('cannot convert float NaN to integer');
  if (!Number.isFinite(value)) throw raised('OverflowError', 'cannot convert float infinity to integer');
  const whole = Math.trunc(value);
  return Number.isSafeInteger(whole) ? (whole === 0 ? 0 : whole) : narrow(BigInt(whole));
}

/** As a float; too large a value is an OverflowError. */
export function toFloat(value: Int): number {
  const result = Number(value);
  if (!Number.isFinite(result)) throw raised('OverflowError', 'int too large to convert to float');
  return result;
}
