import { raised } from '../values/exceptions.ts';

/** `repr` of a float: the shortest digits that give it back, as Python writes them. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const text =
    exponent < 0 ? value.toFixed(Math.max(0, (digits.split('.')[1] ?? '').length - exponent)) : String(value);
  const plain = text.includes('e') ? BigInt(value).toString() : text;
  return plain.includes('.') ? plain : `${plain}.0`;
}

export function floatModulo(a: number, b: number): number {
  if (b === 0) throw raised('ZeroDivisionError', 'float modulo');
  if (!Number.isFinite(b)) {
    if (!Number.isFinite(a) || Number.isNaN(b)) return Number.NaN;
    return a === 0 || a < 0 === b < 0 ? a : b;
  }
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

export function floatFloorDivide(a: number, b: number): number {
  if (b === 0) throw raised('ZeroDivisionError', 'float floor division by zero');
  const rest = floatModulo(a, b);
  const quotient = (a - rest) / b;
  if (quotient === 0) return a < 0 === b < 0 ? 0 : -0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

export function floatPower(a: number, b: number): number {
  if (a === 0 && b < 0) throw raised('ZeroDivisionError', '0.0 cannot be raised to a negative power');
  if (a === 1 || b === 0) return 1;
  if (a === -1 && !Number.isFinite(b) && !Number.isNaN(b)) return 1;
  const result = a ** b;
  if (Number.isNaN(result) && !Number.isNaN(a) && !Number.isNaN(b)) {
    throw raised('TypeError', 'complex numbers are not read: a negative number to a fractional power');
  }
  if (!Number.isFinite(result) && Number.isFinite(a) && Number.isFinite(b)) {
    throw raised('OverflowError', "(34, 'Numerical result out of range')");
  }
  return result;
}

/** To the nearest, halves to the even one. */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const part = value - floor;
  if (part < 0.5) return floor;
  if (part > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** To so many decimals, by the exact value of the float, as CPython does. */
export function roundTo(value: number, digits: number): number {
  if (!Number.isFinite(value) || digits > 323) return value;
  if (digits < -308) return 0;
  if (digits >= 0) return Number(exactFixed(value, digits));
  const unit = 10n ** BigInt(-digits);
  const whole = BigInt(Math.trunc(value));
  const rest = Math.abs(value) - Math.abs(Math.trunc(value));
  const magnitude = whole < 0n ? -whole : whole;
  const low = (magnitude / unit) * unit;
  const twice = 2n * (magnitude - low);
  const up = twice > unit || (twice === unit && (rest > 0 || (low / unit) % 2n === 1n));
  const result = Number(up ? low + unit : low);
  return value < 0 ? -result : result;
}

/** `value.toFixed(digits)`, with halves to the even digit and for any number of digits. */
export function exactFixed(value: number, digits: number): string {
  const negative = value < 0 || Object.is(value, -0);
  const [numerator, shift] = fraction(Math.abs(value));
  const scale = 10n ** BigInt(digits);
  const scaled = numerator * scale;
  const unit = 1n << BigInt(shift);
  let whole = scaled / unit;
  const twice = 2n * (scaled % unit);
  if (twice > unit || (twice === unit && whole % 2n === 1n)) whole += 1n;
  const text = whole.toString().padStart(digits + 1, '0');
  const cut = text.length - digits;
  const plain = digits === 0 ? text : `${text.slice(0, cut)}.${text.slice(cut)}`;
  return negative ? `-${plain}` : plain;
}

/** `n / 2**shift` is the value exactly. */
function fraction(value: number): [bigint, number] {
  let shift = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  return [BigInt(scaled), shift];
}

/** As `value.toExponential(digits)`, halves to the even digit, exponent of two digits at least. */
export function exactExponential(value: number, digits: number): string {
  if (value === 0) return `${Object.is(value, -0) ? '-' : ''}${exactFixed(0, digits)}e+00`;
  const text = Math.abs(value).toExponential(Math.min(digits, 100));
  const [mantissa = '', power = '0'] = text.split('e');
  const exponent = Number(power);
  const sign = value < 0 ? '-' : '';
  return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
