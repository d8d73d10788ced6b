import { getAttribute, typeName } from '../operate/core.ts';
import { format } from '../operate/format.ts';
import { getItem, nativeItem } from '../operate/items.ts';
import { addMethods, method, staticMethod } from '../operate/native.ts';
import { codePoints, collect, lengthOf, nativeIterator, smallIndex } from '../operate/protocols.ts';
import { nativeContains } from '../operate/compare.ts';
import { ascii, repr, str } from '../operate/text.ts';
import { claimText, tick } from '../state.ts';
import { bytesClass, strClass } from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { raised, typeError, valueError } from '../values/exceptions.ts';
import { plain, type Value } from '../values/object.ts';
import { PyBytes, PyIterator, PyList, PyTuple } from '../values/values.ts';
import { constructor, derived, operatorMethods, orderMethods } from './numbers.ts';

const text = (value: Value): string => {
  const own = plain(value);
  if (typeof own !== 'string') throw typeError(`expected str, got ${typeName(value)}`);
  tick(own.length / 64);
  return own;
};

const count = (value: Value | undefined): number =>
  value === undefined || value === null ? -1 : smallIndex(value);

const SPACE = /[\s\x85]+/;

function split(
  value: string,
  separator: Value | undefined,
  limit: Value | undefined,
  fromRight: boolean,
): PyList {
  const most = count(limit);
  if (separator === undefined || separator === null) return new PyList(splitSpace(value, most, fromRight));
  const by = text(separator);
  if (by === '') throw valueError('empty separator');
  const parts = value.split(by);
  claimText(parts.length);
  if (most < 0 || parts.length <= most + 1) return new PyList(parts);
  if (fromRight) {
    const head = parts.slice(0, parts.length - most).join(by);
    return new PyList([head, ...parts.slice(parts.length - most)]);
  }
  return new PyList([...parts.slice(0, most), parts.slice(most).join(by)]);
}

function splitSpace(value: string, most: number, fromRight: boolean): string[] {
  const trimmed = strip(value, undefined, 'both');
  if (trimmed === '') return [];
  const parts = trimmed.split(SPACE);
  claimText(parts.length);
  if (most < 0 || parts.length <= most + 1) return parts;
  const cuts = [...trimmed.matchAll(new RegExp(SPACE, 'g'))];
  if (fromRight) {
    const at = cuts[cuts.length - most]!;
    return [trimmed.slice(0, at.index), ...parts.slice(parts.length - most)];
  }
  const at = cuts[most - 1];
  const rest = at === undefined ? value.trimStart() : value.trimStart().slice(at.index + at[0].length);
  return [...parts.slice(0, most), rest];
}

function strip(value: string, chars: Value | undefined, side: 'left' | 'right' | 'both'): string {
  const set = chars === undefined || chars === null ? undefined : new Set(text(chars));
  const gone = (char: string) => (set === undefined ? SPACE.test(char) : set.has(char));
  const points = Array.from(value);
  let [start, end] = [0, points.length];
  if (side !== 'right') while (start < end && gone(points[start]!)) start++;
  if (side !== 'left') while (end > start && gone(points[end - 1]!)) end--;
  return points.slice(start, end).join('');
}

/** Code points from `start` to `end`. */
function part(value: string, start: Value | undefined, end: Value | undefined): [string, number] {
  const points = codePoints(value);
  const clamp = (at: Value | undefined, otherwise: number) => {
    if (at === undefined || at === null) return otherwise;
    const given = smallIndex(at);
    return Math.min(Math.max(given < 0 ? given + points.length : given, 0), points.length);
  };
  const from = clamp(start, 0);
  const to = clamp(end, points.length);
  if (from === 0 && to === points.length) return [value, 0];
  if (from > to) return ['', -1];
  return [typeof points === 'string' ? points.slice(from, to) : points.slice(from, to).join(''), from];
}

function find(
  value: Value,
  wanted: Value,
  start: Value | undefined,
  end: Value | undefined,
  last: boolean,
): number {
  const [within, offset] = part(text(value), start, end);
  if (offset < 0) return -1;
  const at = last ? within.lastIndexOf(text(wanted)) : within.indexOf(text(wanted));
  return at < 0 ? -1 : offset + lengthOf(within.slice(0, at));
}

function affix(
  value: string,
  wanted: Value,
  start: Value | undefined,
  end: Value | undefined,
  atEnd: boolean,
): boolean {
  const [within, offset] = part(value, start, end);
  if (wanted instanceof PyTuple) return wanted.items.some((each) => affix(value, each, start, end, atEnd));
  if (typeof plain(wanted) !== 'string') {
    const name = atEnd ? 'endswith' : 'startswith';
    throw typeError(`${name} first arg must be str or a tuple of str, not ${typeName(wanted)}`);
  }
  if (offset < 0) return false;
  return atEnd ? within.endsWith(text(wanted)) : within.startsWith(text(wanted));
}

function replace(value: string, old: string, by: string, limit: number): string {
  if (limit < 0) {
    const pieces = old === '' ? value.length + 1 : value.split(old).length - 1;
    claimText(value.length + pieces * Math.max(0, by.length - old.length));
    return old === ''
      ? by + Array.from(value, (char) => char + by).join('')
      : value.replaceAll(old, () => by);
  }
  let result = '';
  let rest = value;
  for (let i = 0; i < limit; i++) {
    const at = rest.indexOf(old);
    if (at < 0 || (old === '' && rest === '')) break;
    const step = old === '' ? 1 : 0;
    result += old === '' ? by + rest.slice(0, 1) : rest.slice(0, at) + by;
    rest = rest.slice(at + old.length + step);
  }
  claimText(result.length + rest.length);
  return result + rest;
}

const title = (value: string) =>
  value.replaceAll(/\p{L}+/gu, (word) => {
    const [first = '', ...rest] = Array.from(word);
    return first.toUpperCase() + rest.join('').toLowerCase();
  });

function pad(value: string, width: Value, fill: Value | undefined, side: 'left' | 'right' | 'both'): string {
  const missing = smallIndex(width) - lengthOf(value);
  if (missing <= 0) return value;
  claimText(missing);
  const char = fill === undefined ? ' ' : text(fill);
  if (side === 'left') return char.repeat(missing) + value;
  if (side === 'right') return value + char.repeat(missing);
  const left = (missing >> 1) + (missing & smallIndex(width) & 1);
  return char.repeat(left) + value + char.repeat(missing - left);
}

function join(separator: string, items: Value): string {
  const parts = collect(items).map((item, i) => {
    const own = plain(item);
    if (typeof own !== 'string')
      throw typeError(`sequence item ${i}: expected str instance, ${typeName(item)} found`);
    return own;
  });
  claimText(parts.reduce((sum, each) => sum + each.length + separator.length, 0));
  return parts.join(separator);
}

const lines = (value: string, keep: boolean): string[] => {
  const found = value.match(/[^\n\r\v\f\x85\u2028\u2029]*(?:\r\n|[\n\r\v\f\x85\u2028\u2029]|$)/g) ?? [];
  const all = found.filter((line) => line !== '');
  return keep ? all : all.map((line) => line.replace(/(?:\r\n|[\n\r\v\f\x85\u2028\u2029])$/, ''));
};

const FIELD =
  /\{\{|\}\}|\{([^{}!:[\].]*)((?:\.[\w]+|\[[^\]]*\])*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}|[{}]/g;

/** `'{} {name!r:>{width}}'.format(…)` */
function formatFields(
  template: string,
  args: readonly Value[],
  keywords: ReadonlyMap<string, Value>,
): string {
  let automatic = 0;
  const fill = (source: string): string =>
    source.replaceAll(FIELD, (...match: unknown[]) => {
      const [whole, name, path, conversion, specifier] = match as (string | undefined)[];
      if (whole === '{{' || whole === '}}') return whole[0]!;
      if (whole === '{' || whole === '}') {
        throw valueError(
          whole === '{'
            ? "Single '{' encountered in format string"
            : "Single '}' encountered in format string",
        );
      }
      let value = named(name === '' ? String(automatic++) : name!, args, keywords);
      for (const [, attribute, index] of (path ?? '').matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
        value =
          attribute === undefined
            ? getItem(value, /^\d+$/.test(index!) ? Number(index) : index!)
            : getAttribute(value, attribute);
      }
      const converted =
        conversion === undefined
          ? value
          : { r: repr, s: str, a: ascii }[conversion as 'r' | 's' | 'a'](value);
      return format(converted, fill(specifier ?? ''));
    });
  const result = fill(template);
  claimText(result.length);
  return result;
}

function named(name: string, args: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
  if (/^\d+$/.test(name)) {
    const value = args[Number(name)];
    if (value === undefined)
      throw raised('IndexError', `Replacement index ${name} out of range for positional args tuple`);
    return value;
  }
  const value = keywords.get(name);
  if (value === undefined) throw raised('KeyError', name);
  return value;
}

const all = (value: string, test: RegExp) => value !== '' && test.test(value);

export function installStr(): void {
  strClass.members.set(
    '__new__',
    constructor((cls, args, keywords) => {
      const value = args.length > 0 ? args[0] : keywords.get('object');
      const made =
        value === undefined
          ? ''
          : value instanceof PyBytes && args.length > 1
            ? new TextDecoder().decode(value.bytes)
            : str(value);
      return derived(cls, strClass, made);
    }),
  );
  addMethods(strClass, [
    ...operatorMethods(['+', '*', '%']),
    ...orderMethods(),
    method('__str__', 'self', (self) => text(self)),
    method('__len__', 'self', (self) => lengthOf(text(self))),
    method('__iter__', 'self', (self) => new PyIterator(nativeIterator(text(self))!)),
    method('__getitem__', 'self index', (self, index) => nativeItem(text(self), index)!),
    method('__contains__', 'self item', (self, item) => nativeContains(text(self), item)!),
    method('upper', 'self', (self) => text(self).toUpperCase()),
    method('lower', 'self', (self) => text(self).toLowerCase()),
    method('casefold', 'self', (self) => text(self).toLowerCase().replaceAll('ß', 'ss')),
    method('title', 'self', (self) => title(text(self))),
    method('capitalize', 'self', (self) => {
      const [first = '', ...rest] = Array.from(text(self));
      return first.toUpperCase() + rest.join('').toLowerCase();
    }),
    method('swapcase', 'self', (self) =>
      Array.from(text(self), (char) =>
        char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase(),
      ).join(''),
    ),
    method('strip', 'self chars?', (self, chars) => strip(text(self), chars, 'both')),
    method('lstrip', 'self chars?', (self, chars) => strip(text(self), chars, 'left')),
    method('rstrip', 'self chars?', (self, chars) => strip(text(self), chars, 'right')),
    method('split', 'self sep? maxsplit?', (self, sep, limit) => split(text(self), sep, limit, false)),
    method('rsplit', 'self sep? maxsplit?', (self, sep, limit) => split(text(self), sep, limit, true)),
    method('splitlines', 'self keepends?', (self, keep) => new PyList(lines(text(self), keep === true))),
    method('partition', 'self sep', (self, sep) => {
      const at = text(self).indexOf(text(sep));
      const own = text(self);
      return new PyTuple(
        at < 0 ? [own, '', ''] : [own.slice(0, at), text(sep), own.slice(at + text(sep).length)],
      );
    }),
    method('rpartition', 'self sep', (self, sep) => {
      const at = text(self).lastIndexOf(text(sep));
      const own = text(self);
      return new PyTuple(
        at < 0 ? ['', '', own] : [own.slice(0, at), text(sep), own.slice(at + text(sep).length)],
      );
    }),
    method('join', 'self items', (self, items) => join(text(self), items)),
    method('replace', 'self old new count?', (self, old, by, limit) =>
      replace(text(self), text(old), text(by), count(limit)),
    ),
    method('startswith', 'self prefix start? end?', (self, prefix, start, end) =>
      affix(text(self), prefix, start, end, false),
    ),
    method('endswith', 'self suffix start? end?', (self, suffix, start, end) =>
      affix(text(self), suffix, start, end, true),
    ),
    method('removeprefix', 'self prefix', (self, prefix) =>
      text(self).startsWith(text(prefix)) ? text(self).slice(text(prefix).length) : text(self),
    ),
    method('removesuffix', 'self suffix', (self, suffix) =>
      text(suffix) !== '' && text(self).endsWith(text(suffix))
        ? text(self).slice(0, -text(suffix).length)
        : text(self),
    ),
    method('find', 'self sub start? end?', (self, sub, start, end) => find(self, sub, start, end, false)),
    method('rfind', 'self sub start? end?', (self, sub, start, end) => find(self, sub, start, end, true)),
    method('index', 'self sub start? end?', (self, sub, start, end) => {
      const at = find(self, sub, start, end, false);
      if (at < 0) throw valueError('substring not found');
      return at;
    }),
    method('rindex', 'self sub start? end?', (self, sub, start, end) => {
      const at = find(self, sub, start, end, true);
      if (at < 0) throw valueError('substring not found');
      return at;
    }),
    method('count', 'self sub start? end?', (self, sub, start, end) => {
      const [within, offset] = part(text(self), start, end);
      if (offset < 0) return 0;
      return text(sub) === '' ? lengthOf(within) + 1 : within.split(text(sub)).length - 1;
    }),
    method('ljust', 'self width fill?', (self, width, fill) => pad(text(self), width, fill, 'right')),
    method('rjust', 'self width fill?', (self, width, fill) => pad(text(self), width, fill, 'left')),
    method('center', 'self width fill?', (self, width, fill) => pad(text(self), width, fill, 'both')),
    method('zfill', 'self width', (self, width) => {
      const own = text(self);
      const sign = /^[+-]/.exec(own)?.[0] ?? '';
      return sign + pad(own.slice(sign.length), smallIndex(width) - sign.length, '0', 'left');
    }),
    method('expandtabs', 'self tabsize?', (self, size) => {
      const tab = size === undefined ? 8 : smallIndex(size);
      let column = 0;
      let result = '';
      for (const char of text(self)) {
        const add = char === '\t' ? ' '.repeat(tab > 0 ? tab - (column % tab) : 0) : char;
        result += add;
        column = char === '\n' || char === '\r' ? 0 : column + add.length;
      }
      claimText(result.length);
      return result;
    }),
    method('format', 'self *args **keywords', (self, args, keywords) =>
      formatFields(text(self), args, keywords),
    ),
    method('format_map', 'self mapping', (self, mapping) => {
      const names =
        mapping instanceof PyDict
          ? [...mapping.entries()].map(({ key, value }) => [String(key), value] as const)
          : [];
      return formatFields(text(self), [], new Map(names));
    }),
    method('isdigit', 'self', (self) => all(text(self), /^[\p{Nd}²³¹⁰-⁹]+$/u)),
    method('isdecimal', 'self', (self) => all(text(self), /^\p{Nd}+$/u)),
    method('isnumeric', 'self', (self) => all(text(self), /^\p{N}+$/u)),
    method('isalpha', 'self', (self) => all(text(self), /^\p{L}+$/u)),
    method('isalnum', 'self', (self) => all(text(self), /^[\p{L}\p{N}]+$/u)),
    method('isspace', 'self', (self) => all(text(self), /^[\s\x85]+$/)),
    method('isupper', 'self', (self) => /\p{Lu}/u.test(text(self)) && !/\p{Ll}/u.test(text(self))),
    method('islower', 'self', (self) => /\p{Ll}/u.test(text(self)) && !/\p{Lu}/u.test(text(self))),
    method('istitle', 'self', (self) => /\p{L}/u.test(text(self)) && title(text(self)) === text(self)),
    method('isidentifier', 'self', (self) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text(self))),
    method('isascii', 'self', (self) => !/[^\0-\x7f]/.test(text(self))),
    method('isprintable', 'self', (self) => !/\\[xuU]|\\[nrt]/.test(repr(text(self).replaceAll('\\', '')))),
    method('encode', 'self encoding? errors?', (self) => new PyBytes(new TextEncoder().encode(text(self)))),
    method('translate', 'self table', (self, table) => {
      if (!(table instanceof PyDict)) throw typeError('translate() takes a dict');
      return Array.from(text(self), (char) => {
        const to = table.get(char.codePointAt(0)!);
        if (to === undefined) return char;
        return to === null ? '' : typeof to === 'number' ? String.fromCodePoint(to) : text(to);
      }).join('');
    }),
  ]);
  strClass.members.set(
    'maketrans',
    staticMethod('maketrans', 'x y? z?', (x, y, z) => {
      const table = new PyDict();
      const code = (value: Value): Value => (typeof value === 'string' ? value.codePointAt(0)! : value);
      if (x instanceof PyDict) for (const { key, value } of x.entries()) table.set(code(key), value);
      else {
        const to = Array.from(text(y!));
        Array.from(text(x)).forEach((char, i) => table.set(code(char), code(to[i]!)));
        for (const char of z === undefined ? '' : text(z)) table.set(code(char), null);
      }
      return table;
    }),
  );
  bytesClass.members.set(
    '__new__',
    constructor((_, args) => {
      const [value] = args;
      if (value === undefined) return new PyBytes(new Uint8Array());
      if (value instanceof PyBytes) return value;
      if (typeof value === 'string') return new PyBytes(new TextEncoder().encode(value));
      if (typeof value === 'number') {
        claimText(value);
        return new PyBytes(new Uint8Array(value));
      }
      return new PyBytes(Uint8Array.from(collect(value).map(Number)));
    }),
  );
  addMethods(bytesClass, [
    method('decode', 'self encoding? errors?', (self) => new TextDecoder().decode((self as PyBytes).bytes)),
    method('hex', 'self', (self) =>
      [...(self as PyBytes).bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
    ),
  ]);
}
