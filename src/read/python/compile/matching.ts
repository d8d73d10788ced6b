import type { Pattern } from '../ast.ts';
import { callSpecial, findAttribute, isInstance, typeName } from '../operate/core.ts';
import { equals, identical } from '../operate/compare.ts';
import { collect, lengthOf } from '../operate/protocols.ts';
import { typeError } from '../values/exceptions.ts';
import { PyDict } from '../values/dict.ts';
import { PyClass, type Value } from '../values/object.ts';
import { PyList, PyRange, PyTuple } from '../values/values.ts';
import type { Frame } from './frame.ts';
import type { Scope } from './scope.ts';
import type { Assign, Unit } from './unit.ts';

type Matches = (frame: Frame, value: Value) => boolean;

export function compilePattern(node: Pattern, scope: Scope, unit: Unit): Matches {
  const binder = (name: string | undefined): Assign | undefined =>
    name === undefined
      ? undefined
      : unit.target({ type: 'Name', id: name, line: node.line, column: node.column }, scope);
  switch (node.type) {
    case 'MatchValue': {
      const wanted = unit.expression(node.value, scope);
      return (frame, value) => equals(value, wanted(frame));
    }
    case 'MatchSingleton': {
      const { value: wanted } = node;
      return (_, value) => identical(value, wanted);
    }
    case 'MatchAs': {
      const inner = node.pattern === undefined ? undefined : compilePattern(node.pattern, scope, unit);
      const bind = binder(node.name);
      return (frame, value) => {
        if (inner !== undefined && !inner(frame, value)) return false;
        bind?.(frame, value);
        return true;
      };
    }
    case 'MatchOr': {
      const several = node.patterns.map((each) => compilePattern(each, scope, unit));
      return (frame, value) => several.some((each) => each(frame, value));
    }
    case 'MatchStar':
      return compilePattern({ ...node, type: 'MatchAs', pattern: undefined }, scope, unit);
    case 'MatchSequence':
      return sequence(node, scope, unit);
    case 'MatchMapping': {
      const keys = node.keys.map((key) => unit.expression(key, scope));
      const patterns = node.patterns.map((each) => compilePattern(each, scope, unit));
      const rest = binder(node.rest);
      return (frame, value) => {
        if (!(value instanceof PyDict)) return false;
        const seen: Value[] = [];
        for (let i = 0; i < keys.length; i++) {
          const key = keys[i]!(frame);
          const item = value.get(key);
          if (item === undefined || !patterns[i]!(frame, item)) return false;
          seen.push(key);
        }
        if (rest !== undefined) {
          const others = PyDict.of([...value.entries()].map((entry) => [entry.key, entry.value] as const));
          for (const key of seen) others.delete(key);
          rest(frame, others);
        }
        return true;
      };
    }
    case 'MatchClass':
      return classPattern(node, scope, unit);
  }
}

function sequence(node: Extract<Pattern, { type: 'MatchSequence' }>, scope: Scope, unit: Unit): Matches {
  const patterns = node.patterns.map((each) => compilePattern(each, scope, unit));
  const star = node.patterns.findIndex(({ type }) => type === 'MatchStar');
  return (frame, value) => {
    if (!(value instanceof PyList || value instanceof PyTuple || value instanceof PyRange)) return false;
    const length = lengthOf(value);
    if (star < 0 ? length !== patterns.length : length < patterns.length - 1) return false;
    const items = collect(value);
    if (star < 0) return patterns.every((each, i) => each(frame, items[i]!));
    const after = patterns.length - star - 1;
    const middle = new PyList(items.slice(star, length - after));
    const parts = [...items.slice(0, star), middle, ...items.slice(length - after)];
    return patterns.every((each, i) => each(frame, parts[i]!));
  };
}

/** Classes whose one positional pattern is the value itself. */
const ITSELF = new Set(['bool', 'bytes', 'dict', 'float', 'frozenset', 'int', 'list', 'set', 'str', 'tuple']);

function classPattern(node: Extract<Pattern, { type: 'MatchClass' }>, scope: Scope, unit: Unit): Matches {
  const cls = unit.expression(node.cls, scope);
  const positional = node.patterns.map((each) => compilePattern(each, scope, unit));
  const named = node.namedPatterns.map((each) => compilePattern(each, scope, unit));
  return (frame, value) => {
    const wanted = cls(frame);
    if (!(wanted instanceof PyClass)) throw typeError('called match pattern must be a class');
    const checked =
      wanted.cls.lookup('__instancecheck__') === undefined
        ? undefined
        : callSpecial(wanted, '__instancecheck__', [value]);
    if (checked === undefined ? !isInstance(value, wanted) : checked !== true) return false;
    if (positional.length === 1 && wanted.exact && ITSELF.has(wanted.name)) {
      if (!positional[0]!(frame, value)) return false;
    } else if (positional.length > 0) {
      const given = findAttribute(wanted, '__match_args__');
      const names = given instanceof PyTuple ? given.items : [];
      if (names.length < positional.length) {
        throw typeError(
          `${wanted.name}() accepts ${names.length} positional sub-patterns (${positional.length} given)`,
        );
      }
      const fits = positional.every((each, i) => attributeFits(each, frame, value, names[i]!));
      if (!fits) return false;
    }
    return named.every((each, i) => attributeFits(each, frame, value, node.names[i]!));
  };
}

function attributeFits(pattern: Matches, frame: Frame, value: Value, name: Value): boolean {
  if (typeof name !== 'string')
    throw typeError(`__match_args__ elements must be strings (got ${typeName(name)})`);
  const found = findAttribute(value, name);
  return found !== undefined && pattern(frame, found);
}
