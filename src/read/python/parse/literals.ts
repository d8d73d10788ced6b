import type { ConstantValue, Expression, Place } from '../ast.ts';
import { syntaxError } from './problem.ts';

const place = ({ line, column }: Place): Place => ({ line, column });

export const constant = (value: ConstantValue, at: Place): Expression => ({
  type: 'Constant',
  kind: 'value',
  value,
  ...place(at),
});

/** The longest integer that CPython reads in decimal. */
const DIGITS = 4300;

export function integer(text: string, at: Place): Expression {
  if (/[jJ]$/.test(text)) throw syntaxError(`complex numbers are not read (${text})`, at);
  const digits = text.replaceAll('_', '');
  if (/^0[0-9]*[1-9]/.test(digits)) {
    throw syntaxError('leading zeros in decimal integer literals are not permitted', at);
  }
  if (!/^(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d+)$/.test(digits)) {
    throw syntaxError(`invalid number ${text}`, at);
  }
  if (digits.length > DIGITS) throw syntaxError(`an integer of ${digits.length} digits is too long`, at);
  const value = BigInt(/^0+$/.test(digits) ? '0' : digits);
  return constant(value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value, at);
}

export function float(text: string, at: Place): Expression {
  if (/[jJ]$/.test(text)) throw syntaxError(`complex numbers are not read (${text})`, at);
  return constant({ float: Number(text.replaceAll('_', '')) }, at);
}

const SIMPLE: ReadonlyMap<string, string> = new Map([
  ['\n', ''],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['v', '\v'],
]);
const ESCAPE = /\\(\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[xuUN]|[\s\S])/g;

/** What a string without `r` stands for. Unknown escapes stay, as in CPython. */
export function unescape(text: string, bytes: boolean, at: Place): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(ESCAPE, (whole, code: string) => {
    const simple = SIMPLE.get(code);
    if (simple !== undefined) return simple;
    if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    if (bytes && !code.startsWith('x')) return whole;
    if (/^[xuU]./.test(code)) {
      const point = Number.parseInt(code.slice(1), 16);
      if (point > 0x10ffff) throw syntaxError(`illegal Unicode character ${whole}`, at);
      return String.fromCodePoint(point);
    }
    if (code.startsWith('N{')) throw syntaxError(`names of characters are not read (${whole})`, at);
    if (/^[xuUN]$/.test(code)) throw syntaxError(`truncated escape ${whole}`, at);
    return whole;
  });
}
