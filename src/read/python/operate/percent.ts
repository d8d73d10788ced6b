import { claimText } from '../state.ts';
import { PyDict } from '../values/dict.ts';
import { raised, typeError, valueError } from '../values/exceptions.ts';
import { plain, type Value } from '../values/object.ts';
import { PyFloat, PyTuple } from '../values/values.ts';
import { callSpecial, typeName } from './core.ts';
import { floatDigits } from './format.ts';
import { fromFloat } from './integers.ts';
import { ascii, intText, repr, str } from './text.ts';

const DIRECTIVE = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([\s\S]|$)/g;

/** `'%s of %d' % (a, b)` */
export function percentFormat(text: string, given: Value): string {
  const items = given instanceof PyTuple ? given.items : [given];
  let used = 0;
  let byName = false;
  const next = (): Value => {
    const item = items[used++];
    if (item === undefined) throw typeError('not enough arguments for format string');
    return item;
  };
  const width = (part: string | undefined): number | undefined => {
    if (part === undefined) return undefined;
    const value = part === '*' ? next() : Number(part);
    if (typeof value !== 'number') throw typeError('* wants int');
    claimText(Math.abs(value));
    return value;
  };
  const result = text.replaceAll(DIRECTIVE, (...match: unknown[]) => {
    const [, key, flags, wide, precise, type] = match as (string | undefined)[];
    if (type === '%') return '%';
    if (type === '' || type === undefined) throw valueError('incomplete format');
    const columns = width(wide);
    const precision = width(precise);
    let value: Value;
    if (key === undefined) value = next();
    else {
      byName = true;
      value = member(given, key);
    }
    const body = directive(value, type, flags ?? '', precision);
    return padded(body, flags ?? '', columns ?? 0, type);
  });
  if (!byName && used < items.length && !(given instanceof PyDict)) {
    throw typeError('not all arguments converted during string formatting');
  }
  claimText(result.length);
  return result;
}

function member(given: Value, key: string): Value {
  if (given instanceof PyDict) {
    const found = given.get(key);
    if (found === undefined) throw raised('KeyError', key);
    return found;
  }
  const found = callSpecial(given, '__getitem__', [key]);
  if (found === undefined) throw typeError('format requires a mapping');
  return found;
}

function padded(body: string, flags: string, columns: number, type: string): string {
  if (flags.includes('-') || columns < 0) return body.padEnd(Math.abs(columns));
  if (flags.includes('0') && !/^[srac]$/.test(type)) {
    const sign = /^[-+ ]?(?:0[xXoO])?/.exec(body)![0];
    return sign + body.slice(sign.length).padStart(columns - sign.length, '0');
  }
  return body.padStart(columns);
}

function directive(value: Value, type: string, flags: string, precision: number | undefined): string {
  const signed = (negative: boolean) =>
    negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  switch (type) {
    case 's':
    case 'r':
    case 'a': {
      const text = type === 's' ? str(value) : type === 'r' ? repr(value) : ascii(value);
      return precision === undefined ? text : Array.from(text).slice(0, precision).join('');
    }
    case 'c':
      return typeof value === 'number' ? String.fromCodePoint(value) : str(value);
    case 'd':
    case 'i':
    case 'u': {
      const int = whole(value, type);
      return (
        signed(int < 0) +
        intText(int)
          .replace('-', '')
          .padStart(precision ?? 0, '0')
      );
    }
    case 'x':
    case 'X':
    case 'o': {
      const int = whole(value, type);
      const digits = int
        .toString(type === 'o' ? 8 : 16)
        .replace('-', '')
        .padStart(precision ?? 0, '0');
      const text = (flags.includes('#') ? `0${type}` : '') + digits;
      return signed(int < 0) + (type === 'X' ? text.toUpperCase() : text);
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
      const number = float(value);
      const negative = number < 0 || Object.is(number, -0);
      return (
        signed(negative) +
        floatDigits(Math.abs(number), { type, precision: precision ?? 6, alternate: flags.includes('#') })
      );
    }
    default:
      throw valueError(`unsupported format character '${type}' (0x${type.charCodeAt(0).toString(16)})`);
  }
}

function whole(value: Value, type: string): number | bigint {
  const own = plain(value);
  if (typeof own === 'boolean') return Number(own);
  if (typeof own === 'number' || typeof own === 'bigint') return own;
  if (own instanceof PyFloat && /[diu]/.test(type)) return fromFloat(own.value);
  const index = callSpecial(value, '__index__', []);
  if (typeof index === 'number' || typeof index === 'bigint') return index;
  throw typeError(`%${type} format: a real number is required, not ${typeName(value)}`);
}

function float(value: Value): number {
  const own = plain(value);
  if (own instanceof PyFloat) return own.value;
  if (typeof own === 'number' || typeof own === 'bigint' || typeof own === 'boolean') return Number(own);
  const converted = callSpecial(value, '__float__', []);
  if (converted instanceof PyFloat) return converted.value;
  throw typeError(`must be real number, not ${typeName(value)}`);
}
