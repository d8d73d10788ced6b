import { claimText } from '../state.ts';
import { typeError, valueError } from '../values/exceptions.ts';
import { plain, type Value } from '../values/object.ts';
import { PyFloat } from '../values/values.ts';
import { callSpecial, typeName } from './core.ts';
import { exactExponential, exactFixed, floatText } from './floats.ts';
import { codePoints } from './protocols.ts';
import { intText, str } from './text.ts';

interface Specifier {
  readonly fill: string;
  readonly align: string | undefined;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

const SPECIFIER = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/u;

function parse(text: string, value: Value): Specifier {
  const match = SPECIFIER.exec(text);
  if (match === null)
    throw valueError(`Invalid format specifier '${text}' for object of type '${typeName(value)}'`);
  const [, fill, align, sign, , alternate, zero, width, grouping, precision, type] = match;
  claimText(Number(width ?? 0) + Number(precision ?? 0));
  return {
    fill: fill ?? (zero !== undefined && align === undefined ? '0' : ' '),
    align: align ?? (zero === undefined ? undefined : '='),
    sign: sign ?? '-',
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping: grouping ?? '',
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? '',
  };
}

/** `format(value, specifier)` */
export function format(value: Value, specifier: string): string {
  if (value !== null && typeof value === 'object' && !value.cls.exact) {
    const custom = callSpecial(value, '__format__', [specifier]);
    if (custom !== undefined) {
      if (typeof custom !== 'string') throw typeError('__format__ must return a str');
      return custom;
    }
  }
  if (specifier === '') return str(value);
  const own = plain(value);
  if (typeof own === 'string') return formatText(own, parse(specifier, value));
  if (typeof own === 'number' || typeof own === 'bigint') return formatInt(own, parse(specifier, value));
  if (typeof own === 'boolean') {
    const spec = parse(specifier, value);
    return spec.type === ''
      ? formatText(str(value), { ...spec, align: spec.align ?? '>' })
      : formatInt(Number(own), spec);
  }
  if (own instanceof PyFloat) return formatFloat(own.value, parse(specifier, value));
  throw typeError(`unsupported format string passed to ${typeName(value)}.__format__`);
}

function pad(text: string, spec: Specifier, align: string): string {
  const missing = spec.width - codePoints(text).length;
  if (missing <= 0) return text;
  if (align === '<') return text + spec.fill.repeat(missing);
  if (align === '^')
    return spec.fill.repeat(missing >> 1) + text + spec.fill.repeat(missing - (missing >> 1));
  return spec.fill.repeat(missing) + text;
}

function formatText(text: string, spec: Specifier): string {
  if (spec.type !== '' && spec.type !== 's') {
    throw valueError(`Unknown format code '${spec.type}' for object of type 'str'`);
  }
  if (spec.align === '=' && spec.fill !== '0') {
    throw valueError("'=' alignment not allowed in string format specifier");
  }
  const points = codePoints(text);
  const cut =
    spec.precision === undefined || points.length <= spec.precision
      ? text
      : Array.from(text).slice(0, spec.precision).join('');
  return pad(cut, spec, spec.align === undefined || spec.align === '=' ? '<' : spec.align);
}

/** Sign, prefix and digits, with zeros or fill between them. */
function number(negative: boolean, prefix: string, digits: string, spec: Specifier): string {
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign;
  const every = spec.grouping === '_' && /^[box]$/i.test(spec.type) ? 4 : 3;
  let body = group(digits, spec.grouping, every);
  const align = spec.align ?? '>';
  if (align !== '=') return pad(sign + prefix + body, spec, align);
  const room = spec.width - sign.length - prefix.length;
  if (spec.fill === '0' && spec.grouping !== '') {
    // Zeros are grouped as well.
    while (body.length < room) {
      const longer = group(`0${body.replaceAll(spec.grouping, '')}`, spec.grouping, every);
      if (longer.length > room && longer.length - body.length === 2) {
        body = longer;
        break;
      }
      body = longer;
    }
  }
  return sign + prefix + spec.fill.repeat(Math.max(0, room - body.length)) + body;
}

function group(text: string, separator: string, every: number): string {
  if (separator === '') return text;
  const [, whole = '', rest = ''] = /^([0-9a-fA-F]*)(.*)$/s.exec(text) ?? [];
  const parts: string[] = [];
  for (let end = whole.length; end > 0; end -= every)
    parts.unshift(whole.slice(Math.max(0, end - every), end));
  return parts.join(separator) + rest;
}

const RADIX: Readonly<Record<string, readonly [number, string]>> = {
  b: [2, '0b'],
  o: [8, '0o'],
  x: [16, '0x'],
  X: [16, '0X'],
};

function formatInt(value: number | bigint, spec: Specifier): string {
  if (/^[eEfFgG%]$/.test(spec.type)) return formatFloat(Number(value), spec);
  if (spec.precision !== undefined) throw valueError('Precision not allowed in integer format specifier');
  const negative = value < 0;
  if (spec.type === '' || spec.type === 'd' || spec.type === 'n') {
    return number(negative, '', intText(value).replace('-', ''), spec);
  }
  if (spec.type === 'c') return pad(String.fromCodePoint(Number(value)), spec, spec.align ?? '<');
  const radix = RADIX[spec.type];
  if (radix === undefined) throw valueError(`Unknown format code '${spec.type}' for object of type 'int'`);
  const digits = value.toString(radix[0]).replace('-', '');
  return number(
    negative,
    spec.alternate ? radix[1] : '',
    spec.type === 'X' ? digits.toUpperCase() : digits,
    spec,
  );
}

function formatFloat(value: number, spec: Specifier): string {
  const negative = value < 0 || Object.is(value, -0);
  const digits = floatDigits(Math.abs(value), spec);
  return number(negative, '', digits, spec);
}

/** Of a value that is not negative. */
export function floatDigits(
  value: number,
  spec: Pick<Specifier, 'type' | 'precision' | 'alternate'>,
): string {
  const { type } = spec;
  const upper = /^[EFG]$/.test(type);
  if (!Number.isFinite(value)) {
    const text = Number.isNaN(value) ? 'nan' : 'inf';
    return (upper ? text.toUpperCase() : text) + (type === '%' ? '%' : '');
  }
  const precision = spec.precision ?? 6;
  switch (type) {
    case 'f':
    case 'F':
      return exactFixed(value, precision);
    case '%':
      return `${exactFixed(value * 100, precision)}%`;
    case 'e':
    case 'E': {
      const text = exactExponential(value, precision);
      return upper ? text.toUpperCase() : text;
    }
    case 'g':
    case 'G':
    case 'n': {
      const text = general(value, precision, spec.alternate);
      return upper ? text.toUpperCase() : text;
    }
    case '': {
      if (spec.precision === undefined) return floatText(value);
      const text = general(value, precision, false, 1);
      return /[.e]/.test(text) ? text : `${text}.0`;
    }
    default:
      throw valueError(`Unknown format code '${type}' for object of type 'float'`);
  }
}

function general(value: number, precision: number, keepZeros: boolean, earlier = 0): string {
  const digits = Math.max(1, precision);
  const exponential = exactExponential(value, digits - 1);
  const exponent = value === 0 ? 0 : Number(exponential.split('e')[1]);
  const fixed = exponent >= -4 && exponent < digits - (earlier === 1 && digits > 1 ? 0 : 0);
  const text = fixed ? exactFixed(value, Math.max(0, digits - 1 - exponent)) : exponential;
  if (keepZeros) return text;
  const [mantissa = '', power] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  return power === undefined ? short : `${short}e${power}`;
}
