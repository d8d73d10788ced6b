import { truth } from '../operate/protocols.ts';
import { func, named, nativeClass, nativeModule } from '../operate/native.ts';
import { floatText } from '../operate/floats.ts';
import { intText, str } from '../operate/text.ts';
import * as classes from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { raised, typeError } from '../values/exceptions.ts';
import { plain, type Value } from '../values/object.ts';
import { PyFloat, PyList, PyTuple } from '../values/values.ts';
import { typeName } from '../operate/core.ts';

export const textwrap = () =>
  nativeModule(
    'textwrap',
    named([
      func('dedent', 'text', (text) => {
        const lines = str(text).replaceAll(/^[ \t]+$/gm, '');
        const indents = [...lines.matchAll(/^[ \t]*(?=[^ \t\n])/gm)].map(([indent]) => indent);
        const least =
          indents.reduce<string | undefined>((common, indent) => {
            if (common === undefined) return indent;
            let same = 0;
            while (same < common.length && common[same] === indent[same]) same++;
            return common.slice(0, same);
          }, undefined) ?? '';
        return least === ''
          ? lines
          : lines
              .split('\n')
              .map((line) => (line.startsWith(least) ? line.slice(least.length) : line))
              .join('\n');
      }),
      func('indent', 'text prefix', (text, prefix) => str(text).replaceAll(/^(?=.*\S)/gm, () => str(prefix))),
    ]),
  );

export const string = () =>
  nativeModule('string', [
    ['ascii_lowercase', 'abcdefghijklmnopqrstuvwxyz'],
    ['ascii_uppercase', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['ascii_letters', 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'],
    ['digits', '0123456789'],
    ['hexdigits', '0123456789abcdefABCDEF'],
    ['octdigits', '01234567'],
    ['punctuation', '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'],
    ['whitespace', ' \t\n\r\v\f'],
  ]);

/** `isinstance(x, numbers.Number)` */
export function numbers() {
  const meta = nativeClass('ABCMeta', [classes.typeClass], []);
  const make = (name: string, fits: (value: Value) => boolean) => {
    const cls = nativeClass(name, [classes.objectClass], [], {
      metaclass: nativeClass('ABCMeta', [meta], []),
      module: 'numbers',
    });
    cls.cls.members.set('__instancecheck__', func('__instancecheck__', 'value', fits));
    return [name, cls] as const;
  };
  const whole = (value: Value) => /^(?:number|bigint|boolean)$/.test(typeof plain(value));
  const real = (value: Value) => whole(value) || plain(value) instanceof PyFloat;
  return nativeModule('numbers', [
    make('Number', real),
    make('Complex', real),
    make('Real', real),
    make('Rational', whole),
    make('Integral', whole),
  ]);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
};
const jsonText = (text: string) =>
  `"${text.replaceAll(/["\\]|[^ -~]/g, (char) => ESCAPES[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

function dump(value: Value, indent: string | undefined, sort: boolean, at = ''): string {
  const own = plain(value);
  if (own === null) return 'null';
  if (typeof own === 'boolean') return own ? 'true' : 'false';
  if (typeof own === 'string') return jsonText(own);
  if (typeof own === 'number' || typeof own === 'bigint') return intText(own);
  if (own instanceof PyFloat) {
    if (Number.isNaN(own.value)) return 'NaN';
    return Number.isFinite(own.value) ? floatText(own.value) : own.value > 0 ? 'Infinity' : '-Infinity';
  }
  if (at.length > 400) throw raised('RecursionError', 'maximum recursion depth exceeded');
  const deeper = `${at}${indent ?? ' '}`;
  const block = (open: string, close: string, parts: readonly string[]) => {
    if (parts.length === 0) return open + close;
    return indent === undefined
      ? `${open}${parts.join(', ')}${close}`
      : `${open}\n${deeper}${parts.join(`,\n${deeper}`)}\n${at}${close}`;
  };
  if (own instanceof PyList || own instanceof PyTuple) {
    return block(
      '[',
      ']',
      own.items.map((item) => dump(item, indent, sort, deeper)),
    );
  }
  if (own instanceof PyDict) {
    const entries = [...own.entries()].map(
      ({ key, value: item }) => [typeof key === 'string' ? key : dump(key, undefined, false), item] as const,
    );
    if (sort) entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return block(
      '{',
      '}',
      entries.map(([key, item]) => `${jsonText(key)}: ${dump(item, indent, sort, deeper)}`),
    );
  }
  throw typeError(`Object of type ${typeName(value)} is not JSON serializable`);
}

/** JSON's numbers: a point or an exponent makes a float. */
function load(text: string): Value {
  const numbers_: string[] = [];
  const marked = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (part) => {
    if (part.startsWith('"')) return part;
    numbers_.push(part);
    return `{"\\u0000n":${numbers_.length - 1}}`;
  });
  const convert = (value: unknown): Value => {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (Array.isArray(value)) return new PyList(value.map(convert));
    const entries = Object.entries(value as Record<string, unknown>);
    const [first] = entries;
    if (first?.[0] === '\0n') {
      const number = numbers_[Number(first[1])]!;
      return /[.eE]/.test(number)
        ? new PyFloat(Number(number))
        : Number.isSafeInteger(Number(number))
          ? Number(number)
          : BigInt(number);
    }
    return PyDict.of(entries.map(([key, item]) => [key, convert(item)] as const));
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(marked);
  } catch {
    throw raised('ValueError', 'not valid JSON');
  }
  return convert(parsed);
}

export const json = () =>
  nativeModule(
    'json',
    named([
      func('dumps', 'value * indent? sort_keys? **options', (value, indent, sort) => {
        const by =
          indent === undefined || indent === null
            ? undefined
            : typeof indent === 'string'
              ? indent
              : ' '.repeat(Math.min(Number(indent), 20));
        return dump(value, by, sort !== undefined && truth(sort));
      }),
      func('loads', 'text **options', (text) => load(str(text))),
    ]),
  );
