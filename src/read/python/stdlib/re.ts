import { call, typeName } from '../operate/core.ts';
import { addMethods, func, method, named, nativeClass, nativeModule } from '../operate/native.ts';
import { repr } from '../operate/text.ts';
import { claimText, limitError, tick } from '../state.ts';
import { objectClass } from '../values/classes.ts';
import { PyDict } from '../values/dict.ts';
import { exceptionClasses, PyException, Raised, typeError } from '../values/exceptions.ts';
import { PyClass, PyInstance, type Value } from '../values/object.ts';
import { PyGetSet, PyIterator, PyList, PyTuple } from '../values/values.ts';

/** A pattern may go back over the text again and again, which nobody can interrupt: then only short texts. */
const LONG = 20_000;
const REPEATED = 200;
const IGNORECASE = 2;
const MULTILINE = 8;
const DOTALL = 16;
const VERBOSE = 64;

/** Groups or classes that repeat and are themselves repeated, or several open-ended repeats: time may explode. */
const explosive = (pattern: string) =>
  /\([^)]*(?:[+*]|\{\d+,\d*\})[^)]*\)(?:[+*]|\{\d+,)/.test(pattern) ||
  /\([^)]*\|[^)]*\)(?:[+*]|\{\d+,)/.test(pattern) ||
  (pattern.match(/[^\\](?:[+*]|\{\d+,\})/g) ?? []).length > 3;

class Pattern_ extends PyInstance {
  readonly source: string;
  readonly regex: RegExp;
  readonly names: readonly string[];

  constructor(cls: PyClass, source: string, regex: RegExp) {
    super(cls);
    this.source = source;
    this.regex = regex;
    this.names = [...source.matchAll(/\(\?P<(\w+)>/g)].map(([, name]) => name!);
  }
}

class Match_ extends PyInstance {
  readonly found: RegExpExecArray;

  constructor(cls: PyClass, found: RegExpExecArray) {
    super(cls);
    this.found = found;
  }
}

/** Python's spelling in JavaScript's. */
function translate(source: string, flags: number): RegExp {
  let js = '';
  let all = flags;
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const rest = source.slice(i);
    const char = source[i]!;
    if (char === '\\') {
      const next = source[++i] ?? '';
      js +=
        { A: '^', Z: '$(?![\\s\\S])', a: '\\x07' }[next] ??
        (/[\w\\^$.*+?()[\]{}|/-]/.test(next) ? `\\${next}` : next);
      continue;
    }
    if (inClass) {
      inClass = char !== ']';
      js += char === '[' ? '\\[' : char;
      continue;
    }
    const inline = /^\(\?([aiLmsux]+)\)/.exec(rest);
    if (inline !== null) {
      for (const flag of inline[1]!) all |= { i: IGNORECASE, m: MULTILINE, s: DOTALL, x: VERBOSE }[flag] ?? 0;
      i += inline[0].length - 1;
    } else if (rest.startsWith('(?P<')) {
      js += '(?<';
      i += 3;
    } else if (rest.startsWith('(?P=')) {
      const end = rest.indexOf(')');
      js += `\\k<${rest.slice(4, end)}>`;
      i += end;
    } else if (rest.startsWith('(?#')) i += rest.indexOf(')');
    else if ((all & VERBOSE) !== 0 && /\s/.test(char)) continue;
    else if ((all & VERBOSE) !== 0 && char === '#') i += Math.max(0, `${rest}\n`.indexOf('\n') - 1);
    else if (char === '$' && (all & MULTILINE) === 0) js += '(?=\\n?(?![\\s\\S]))';
    else if (char === '{' && !/^\{\d*,?\d*\}/.test(rest)) js += '\\{';
    else {
      inClass = char === '[';
      js += char;
      if (inClass && /^\[\^?\]/.test(rest)) {
        js += rest[1] === '^' ? '^\\]' : '\\]';
        i += rest[1] === '^' ? 2 : 1;
      }
    }
  }
  const flag = (bit: number, letter: string) => ((all & bit) === 0 ? '' : letter);
  return new RegExp(js, `dg${flag(IGNORECASE, 'i')}${flag(MULTILINE, 'm')}${flag(DOTALL, 's')}`);
}

export function re() {
  const error = new PyClass(
    'error',
    [exceptionClasses.get('Exception')!],
    exceptionClasses.get('Exception')!.mro,
    new Map(),
  );
  error.module = 're';
  const patternClass = nativeClass('Pattern', [objectClass], [], { module: 're' });
  const matchClass = nativeClass('Match', [objectClass], [], { module: 're' });
  const text = (value: Value): string => {
    if (typeof value !== 'string')
      throw typeError(`expected string or bytes-like object, got '${typeName(value)}'`);
    return value;
  };
  const compile = (pattern: Value, flags: Value = 0): Pattern_ => {
    if (pattern instanceof Pattern_) return pattern;
    const source = text(pattern);
    if (source.length > 2000)
      throw limitError('a regular expression of more than 2,000 characters is too long');
    try {
      return new Pattern_(patternClass, source, translate(source, Number(flags)));
    } catch {
      const exception = new PyException(error);
      exception.args = new PyTuple([`not a regular expression that is read here: ${source}`]);
      throw new Raised(exception);
    }
  };
  const guard = ({ source }: Pattern_, subject: string) => {
    const limit = explosive(source) ? REPEATED : LONG;
    tick(10 + subject.length / 4);
    if (subject.length > limit) {
      throw limitError(
        `a text of ${subject.length.toLocaleString('en')} characters is too long for the regular expression ${source}`,
      );
    }
  };
  const exec = (pattern: Pattern_, subject: string, at = 0): RegExpExecArray | null => {
    guard(pattern, subject);
    // Repeated repeats take exponential time: such a pattern may see very little.
    if (/\([^)]*[+*][^)]*\)[+*{]|\([^)]*\|[^)]*\)[+*{]/.test(pattern.source) && subject.length > 24) {
      throw limitError(`the regular expression ${pattern.source} may take too long`);
    }
    const { regex } = pattern;
    regex.lastIndex = at;
    return regex.exec(subject);
  };
  const wrap = (found: RegExpExecArray | null): Value =>
    found === null ? null : new Match_(matchClass, found);
  const matchAt = (pattern: Pattern_, subject: string, whole: boolean): Value => {
    guard(pattern, subject);
    const anchored = new Pattern_(
      patternClass,
      pattern.source,
      new RegExp(
        whole ? `(?:${pattern.regex.source})(?![\\s\\S])` : pattern.regex.source,
        pattern.regex.flags.replace('g', 'y'),
      ),
    );
    return wrap(exec(anchored, subject));
  };
  const every = function* (pattern: Pattern_, subject: string): Generator<RegExpExecArray> {
    for (let at = 0; at <= subject.length;) {
      const found = exec(pattern, subject, at);
      if (found === null) return;
      yield found;
      at = found[0] === '' ? found.index + 1 : found.index + found[0].length;
    }
  };
  const substitute = (pattern: Pattern_, by: Value, subject: string, count: number): [string, number] => {
    let result = '';
    let last = 0;
    let done = 0;
    for (const found of every(pattern, subject)) {
      if (count > 0 && done >= count) break;
      const to =
        typeof by === 'string'
          ? by.replaceAll(
              /\\(?:g<(\w+)>|(\d{1,2})|(.))/g,
              (_, name: string | undefined, number: string | undefined, other: string | undefined) => {
                if (other !== undefined)
                  return { n: '\n', t: '\t', r: '\r', '\\': '\\' }[other] ?? `\\${other}`;
                const key = name ?? number ?? '';
                return (/^\d+$/.test(key) ? found[Number(key)] : found.groups?.[key]) ?? '';
              },
            )
          : text(call(by, [new Match_(matchClass, found)]));
      result += subject.slice(last, found.index) + to;
      last = found.index + found[0].length;
      done++;
      claimText(to.length);
    }
    return [result + subject.slice(last), done];
  };
  const groupOf = ({ found }: Match_, key: Value): Value => {
    if (typeof key === 'string') {
      if (found.groups === undefined || !Object.hasOwn(found.groups, key)) throw noGroup();
      return found.groups[key] ?? null;
    }
    const index = Number(key);
    if (index >= found.length || index < 0) throw noGroup();
    return found[index] ?? null;
  };
  const noGroup = () => {
    const exception = new PyException(exceptionClasses.get('IndexError')!);
    exception.args = new PyTuple(['no such group']);
    return new Raised(exception);
  };
  const results = (pattern: Pattern_, subject: string) =>
    [...every(pattern, subject)].map((found): Value => {
      const [whole, ...groups] = found;
      if (groups.length === 0) return whole;
      return groups.length === 1 ? (groups[0] ?? '') : new PyTuple(groups.map((each) => each ?? ''));
    });
  const split = (pattern: Pattern_, subject: string, most: number) => {
    const parts: Value[] = [];
    let last = 0;
    let count = 0;
    for (const found of every(pattern, subject)) {
      if (most > 0 && count++ >= most) break;
      const [whole, ...groups] = found;
      parts.push(subject.slice(last, found.index), ...groups.map((each) => each ?? null));
      last = found.index + whole.length;
    }
    return new PyList([...parts, subject.slice(last)]);
  };
  /** Each of them is a function of the module and a method of a pattern. */
  const operations = {
    match: (pattern: Pattern_, subject: Value) => matchAt(pattern, text(subject), false),
    fullmatch: (pattern: Pattern_, subject: Value) => matchAt(pattern, text(subject), true),
    search: (pattern: Pattern_, subject: Value) => wrap(exec(pattern, text(subject))),
    findall: (pattern: Pattern_, subject: Value) => new PyList(results(pattern, text(subject))),
    finditer: (pattern: Pattern_, subject: Value) => {
      const all = every(pattern, text(subject));
      return new PyIterator(() => {
        const turn = all.next();
        return turn.done === true ? undefined : new Match_(matchClass, turn.value);
      });
    },
  };
  for (const [name, run] of Object.entries(operations)) {
    patternClass.members.set(
      name,
      method(name, 'self string pos?', (self, subject) => run(self as Pattern_, subject)),
    );
  }
  addMethods(patternClass, [
    method(
      'sub',
      'self repl string count?',
      (self, by, subject, count) => substitute(self as Pattern_, by, text(subject), Number(count ?? 0))[0],
    ),
    method('split', 'self string maxsplit?', (self, subject, most) =>
      split(self as Pattern_, text(subject), Number(most ?? 0)),
    ),
    method('__repr__', 'self', (self) => `re.compile(${repr((self as Pattern_).source)})`),
  ]);
  patternClass.members.set('pattern', new PyGetSet('pattern', (self) => (self as Pattern_).source));
  const indices = (self: Value, key: Value | undefined): readonly [number, number] => {
    const own = (self as Match_).found.indices!;
    return (typeof key === 'string' ? own.groups?.[key] : own[Number(key ?? 0)]) ?? [-1, -1];
  };
  addMethods(matchClass, [
    method('group', 'self *keys', (self, keys) => {
      if (keys.length <= 1) return groupOf(self as Match_, keys[0] ?? 0);
      return new PyTuple(keys.map((key) => groupOf(self as Match_, key)));
    }),
    method('__getitem__', 'self key', (self, key) => groupOf(self as Match_, key)),
    method(
      'groups',
      'self default?',
      (self, otherwise) =>
        new PyTuple((self as Match_).found.slice(1).map((each) => each ?? otherwise ?? null)),
    ),
    method('groupdict', 'self default?', (self, otherwise) =>
      PyDict.of(
        Object.entries((self as Match_).found.groups ?? {}).map(
          ([key, value]) => [key, value ?? otherwise ?? null] as const,
        ),
      ),
    ),
    method('start', 'self group?', (self, key) => indices(self, key)[0]),
    method('end', 'self group?', (self, key) => indices(self, key)[1]),
    method('span', 'self group?', (self, key) => new PyTuple(indices(self, key))),
    method('__repr__', 'self', (self) => {
      const [start, end] = indices(self, 0);
      return `<re.Match object; span=(${start}, ${end}), match=${repr((self as Match_).found[0])}>`;
    }),
  ]);
  matchClass.members.set('string', new PyGetSet('string', (self) => (self as Match_).found.input));
  return nativeModule('re', [
    ['Pattern', patternClass],
    ['Match', matchClass],
    ['error', error],
    ...Object.entries({
      I: IGNORECASE,
      IGNORECASE,
      M: MULTILINE,
      MULTILINE,
      S: DOTALL,
      DOTALL,
      X: VERBOSE,
      VERBOSE,
      A: 256,
      ASCII: 256,
      U: 32,
      UNICODE: 32,
    }),
    ...Object.entries(operations).map(
      ([name, run]) =>
        [
          name,
          func(name, 'pattern string flags?', (pattern, subject, flags) =>
            run(compile(pattern, flags), subject),
          ),
        ] as const,
    ),
    ...named([
      func('compile', 'pattern flags?', (pattern, flags) => compile(pattern, flags)),
      func('escape', 'pattern', (pattern) =>
        text(pattern).replaceAll(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, '\\$&'),
      ),
      func(
        'sub',
        'pattern repl string count? flags?',
        (pattern, by, subject, count, flags) =>
          substitute(compile(pattern, flags), by, text(subject), Number(count ?? 0))[0],
      ),
      func(
        'subn',
        'pattern repl string count? flags?',
        (pattern, by, subject, count, flags) =>
          new PyTuple(substitute(compile(pattern, flags), by, text(subject), Number(count ?? 0))),
      ),
      func('split', 'pattern string maxsplit? flags?', (pattern, subject, most, flags) =>
        split(compile(pattern, flags), text(subject), Number(most ?? 0)),
      ),
    ]),
  ]);
}
