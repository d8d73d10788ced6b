import { claimText, run } from '../state.ts';
import { PyDict, PySet } from '../values/dict.ts';
import { PyException, raised, typeError, valueError } from '../values/exceptions.ts';
import { PyFunction } from '../values/function.ts';
import { plain, PyClass, PyDerived, PyObject, type Value } from '../values/object.ts';
import {
  Ellipsis,
  NotImplemented,
  PyAlias,
  PyBytes,
  PyFloat,
  PyGenerator,
  PyList,
  PyMethod,
  PyModule,
  PyNative,
  PyRange,
  PySlice,
  PySuper,
  PyTuple,
} from '../values/values.ts';
import { callSpecial, typeName } from './core.ts';
import { floatText } from './floats.ts';
import { idOf } from './hash.ts';

const DIGITS = 4300;

export function intText(value: number | bigint): string {
  if (typeof value === 'bigint') {
    const text = value.toString();
    if (text.length > DIGITS + 1) {
      throw valueError(`Exceeds the limit (${DIGITS} digits) for integer string conversion`);
    }
    return text;
  }
  return String(value);
}

export function str(value: Value): string {
  if (typeof value === 'string') return value;
  if (value !== null && typeof value === 'object' && !value.cls.exact) {
    const text = callSpecial(value, '__str__', []);
    if (text !== undefined) return asText(text, '__str__');
    const own = plain(value);
    if (own !== value && callable(value, '__repr__') === undefined) return str(own);
    if (value instanceof PyException) return exceptionText(value);
  }
  return repr(value);
}

const callable = (value: PyObject, name: string) => value.cls.lookup(name);

function asText(value: Value, from: string): string {
  const text = plain(value);
  if (typeof text !== 'string') throw typeError(`${from} returned non-string (type ${typeName(value)})`);
  claimText(text.length);
  return text;
}

/** What `str` says of an exception: its argument, or all of them. */
export function exceptionText(exception: PyException): string {
  const { items } = exception.args;
  if (items.length === 0) return '';
  if (items.length > 1) return repr(exception.args);
  return exception.cls.mro.some(({ name }) => name === 'KeyError') ? repr(items[0]!) : str(items[0]!);
}

export function repr(value: Value): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
    case 'bigint':
      return intText(value);
    case 'boolean':
      return value ? 'True' : 'False';
    default:
      return value === null ? 'None' : objectRepr(value);
  }
}

function objectRepr(value: PyObject): string {
  if (!value.cls.exact) {
    const text = callSpecial(value, '__repr__', []);
    if (text !== undefined) return asText(text, '__repr__');
  }
  return nativeRepr(value);
}

/** Values that are being written: one that holds itself is `[...]`. */
const open = new Set<PyObject>();

function inside(value: PyObject, short: string, write: () => string): string {
  if (open.has(value)) return short;
  if (open.size > run.limits.depth / 2) {
    throw raised('RecursionError', 'maximum recursion depth exceeded while getting the repr of an object');
  }
  open.add(value);
  try {
    const text = write();
    claimText(text.length);
    return text;
  } finally {
    open.delete(value);
  }
}

const reprs = (items: Iterable<Value>) => {
  const parts: string[] = [];
  for (const item of items) {
    const text = repr(item);
    claimText(text.length);
    parts.push(text);
  }
  return parts.join(', ');
};

/** As `object.__repr__` and the types' own. */
export function nativeRepr(value: PyObject): string {
  if (value instanceof PyDerived) return repr(value.plain);
  if (value instanceof PyFloat) return floatText(value.value);
  if (value instanceof PyList) return inside(value, '[...]', () => `[${reprs(value.items)}]`);
  if (value instanceof PyTuple) {
    return inside(value, '(...)', () => `(${reprs(value.items)}${value.items.length === 1 ? ',' : ''})`);
  }
  if (value instanceof PyDict) return inside(value, '{...}', () => `{${pairs(value)}}`);
  if (value instanceof PySet) return inside(value, `${value.cls.name}(...)`, () => setText(value));
  if (value instanceof PyException) {
    const { items } = value.args;
    return `${value.cls.name}(${reprs(items)})`;
  }
  if (value instanceof PyRange) {
    return `range(${value.start}, ${value.stop}${value.step === 1 ? '' : `, ${value.step}`})`;
  }
  if (value instanceof PySlice) return `slice(${reprs([value.start, value.stop, value.step])})`;
  if (value instanceof PyBytes) return bytesText(value.bytes);
  if (value instanceof PyClass) return `<class '${qualified(value)}'>`;
  if (value instanceof PyFunction) return `<function ${value.qualname} at ${address(value)}>`;
  if (value instanceof PyNative) return `<built-in function ${value.name}>`;
  if (value instanceof PyMethod) {
    const { callee } = value;
    const name =
      callee instanceof PyFunction ? callee.qualname : callee instanceof PyNative ? callee.name : '?';
    return `<bound method ${name} of ${repr(value.self)}>`;
  }
  if (value instanceof PyModule) return `<module '${value.name}'>`;
  if (value instanceof PyGenerator) return `<generator object at ${address(value)}>`;
  if (value instanceof PySuper) return `<super: ${repr(value.after)}, ${repr(value.self)}>`;
  if (value instanceof PyAlias) return aliasText(value);
  if (value === NotImplemented) return 'NotImplemented';
  if (value === Ellipsis) return 'Ellipsis';
  return `<${qualified(value.cls)} object at ${address(value)}>`;
}

const address = (value: object) => `0x${idOf(value).toString(16).padStart(12, '0')}`;

function pairs(dict: PyDict): string {
  const parts: string[] = [];
  for (const { key, value } of dict.entries()) {
    const text = `${repr(key)}: ${repr(value)}`;
    claimText(text.length);
    parts.push(text);
  }
  return parts.join(', ');
}

function setText(value: PySet): string {
  const name = value.cls.name;
  if (value.size === 0) return `${name}()`;
  const items = `{${reprs(value.values())}}`;
  return name === 'set' ? items : `${name}(${items})`;
}

export function qualified(cls: PyClass): string {
  const name = cls.members.get('__qualname__');
  const own = typeof name === 'string' ? name : cls.name;
  const module = cls.sealed ? cls.module : (cls.members.get('__module__') ?? cls.module);
  return module === 'builtins' || typeof module !== 'string' ? own : `${module}.${own}`;
}

function aliasText({ origin, args }: PyAlias): string {
  const part = (value: Value): string => {
    if (value === Ellipsis) return '...';
    if (value instanceof PyClass)
      return value.cls.exact || value.module === 'builtins' ? value.name : qualified(value);
    return value instanceof PyList ? `[${value.items.map(part).join(', ')}]` : repr(value);
  };
  if (origin instanceof PyClass && origin.name === 'NoneType') return args.items.map(part).join(' | ');
  return `${part(origin)}[${args.items.map(part).join(', ')}]`;
}

function bytesText(bytes: Uint8Array): string {
  const text = [...bytes].map((byte) => {
    const simple = { 9: '\\t', 10: '\\n', 13: '\\r', 92: '\\\\' }[byte];
    if (simple !== undefined) return simple;
    return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  const whole = text.join('');
  const quote = whole.includes("'") && !whole.includes('"') ? '"' : "'";
  return `b${quote}${quote === "'" ? whole.replaceAll("'", "\\'") : whole}${quote}`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);
const UNPRINTABLE = /[\\\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

export function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll(UNPRINTABLE, (char) => ESCAPES.get(char) ?? coded(char));
  return `${quote}${quote === "'" ? escaped.replaceAll("'", "\\'") : escaped}${quote}`;
}

function coded(char: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\U${code.toString(16).padStart(8, '0')}`;
}

export const ascii = (value: Value) => repr(value).replaceAll(/[^\0-\x7f]/gu, coded);
