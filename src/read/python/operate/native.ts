import { typeError } from '../values/exceptions.ts';
import { type Keywords, PyClass, type Value } from '../values/object.ts';
import { type Invoke, PyClassMethod, PyModule, PyNative, PyStaticMethod } from '../values/values.ts';

/**
 * What a function gets that is written down as `'self x y? *rest key? **more'`: one argument for each word;
 * `?` may be left out, after `*` only by name.
 */
export type Given<S extends string> = S extends ''
  ? []
  : S extends `${infer First} ${infer Rest}`
    ? [...One<First>, ...Given<Rest>]
    : One<S>;
type One<S extends string> = S extends '*' | '/'
  ? []
  : S extends `**${string}`
    ? [ReadonlyMap<string, Value>]
    : S extends `*${string}`
      ? [readonly Value[]]
      : S extends `${string}?`
        ? [Value | undefined]
        : [Value];

interface Shape {
  readonly positional: readonly string[];
  readonly required: number;
  readonly keywordOnly: readonly { readonly name: string; readonly optional: boolean }[];
  readonly vararg: boolean;
  readonly kwarg: boolean;
}

function shapeOf(signature: string): Shape {
  const positional: string[] = [];
  const keywordOnly: { name: string; optional: boolean }[] = [];
  let required = 0;
  let vararg = false;
  let kwarg = false;
  let starred = false;
  for (const word of signature.split(' ')) {
    if (word === '' || word === '/') continue;
    if (word.startsWith('**')) kwarg = true;
    else if (word.startsWith('*')) {
      starred = true;
      vararg = word.length > 1;
    } else if (starred) keywordOnly.push({ name: word.replace('?', ''), optional: word.endsWith('?') });
    else {
      positional.push(word.replace('?', ''));
      if (!word.endsWith('?')) required++;
    }
  }
  return { positional, required, keywordOnly, vararg, kwarg };
}

/** Any function that is written here; what gives nothing gives None. */
type Body<S extends string> = (...given: Given<S>) => Value | void;

function invoker<S extends string>(name: string, signature: S, body: Body<S>): Invoke {
  const shape = shapeOf(signature);
  const count = shape.positional.length;
  const simple = !shape.vararg && !shape.kwarg && shape.keywordOnly.length === 0;
  const run = body as (...given: unknown[]) => Value | void;
  return (args, keywords) => {
    if (simple && (keywords === undefined || keywords.size === 0)) {
      if (args.length > count || args.length < shape.required) throw wrongCount(name, shape, args.length);
      return run(...args) ?? null;
    }
    return run(...spread(name, shape, args, keywords)) ?? null;
  };
}

function spread(name: string, shape: Shape, args: readonly Value[], keywords: Keywords): unknown[] {
  const count = shape.positional.length;
  if (args.length > count && !shape.vararg) throw wrongCount(name, shape, args.length);
  const given: unknown[] = args.slice(0, count);
  while (given.length < count) given.push(undefined);
  if (shape.vararg) given.push(args.slice(count));
  const byName: unknown[] = shape.keywordOnly.map(() => undefined);
  const more = new Map<string, Value>();
  for (const [key, value] of keywords ?? []) {
    const at = shape.positional.indexOf(key);
    const only = shape.keywordOnly.findIndex((each) => each.name === key);
    if (at >= 0 && given[at] === undefined) given[at] = value;
    else if (only >= 0) byName[only] = value;
    else if (shape.kwarg) more.set(key, value);
    else if (at >= 0) throw typeError(`${name}() got multiple values for argument '${key}'`);
    else throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
  }
  for (let i = 0; i < shape.required; i++) {
    if (given[i] === undefined)
      throw typeError(`${name}() missing required argument '${shape.positional[i]}'`);
  }
  shape.keywordOnly.forEach((each, i) => {
    if (byName[i] === undefined && !each.optional) {
      throw typeError(`${name}() missing required keyword-only argument: '${each.name}'`);
    }
  });
  return [...given, ...byName, ...(shape.kwarg ? [more] : [])];
}

function wrongCount(name: string, { positional, required }: Shape, given: number) {
  const own = positional[0] === 'self' ? 1 : 0;
  const [least, most] = [required - own, positional.length - own];
  const wanted = least === most ? `${most}` : given - own < least ? `at least ${least}` : `at most ${most}`;
  const arguments_ = wanted.endsWith(' 1') || wanted === '1' ? 'argument' : 'arguments';
  return typeError(`${name}() takes ${wanted} ${arguments_} (${given - own} given)`);
}

/** A function of a module. */
export function func<const S extends string>(name: string, signature: S, body: Body<S>): PyNative {
  return new PyNative(name, invoker(name, signature, body));
}

/** A method: the first word of its signature is the object. */
export function method<const S extends string>(name: string, signature: S, body: Body<S>): PyNative {
  return new PyNative(name, invoker(name, signature, body), true);
}

export const classMethod = <const S extends string>(name: string, signature: S, body: Body<S>) =>
  new PyClassMethod(new PyNative(name, invoker(name, signature, body), true));

export const staticMethod = <const S extends string>(name: string, signature: S, body: Body<S>) =>
  new PyStaticMethod(new PyNative(name, invoker(name, signature, body)));

/** A table of functions, by their names. */
export const named = (natives: readonly PyNative[]): [string, Value][] =>
  natives.map((native) => [native.name, native]);

export function addMethods(cls: PyClass, natives: readonly PyNative[]): void {
  for (const native of natives) cls.members.set(native.name, native);
}

/** A module that is written in TypeScript. */
export function nativeModule(name: string, entries: Iterable<readonly [string, Value]>): PyModule {
  return new PyModule(name, new Map<string, Value>([['__name__', name], ...entries]), true);
}

/** A class that is written in TypeScript; Python code may derive from it. */
export function nativeClass(
  name: string,
  bases: readonly PyClass[],
  members: Iterable<readonly [string, Value]>,
  options: { readonly sealed?: boolean; readonly metaclass?: PyClass; readonly module?: string } = {},
): PyClass {
  const [first] = bases;
  const cls = new PyClass(name, bases, first!.mro, new Map(members), options);
  cls.module = options.module ?? 'builtins';
  return cls;
}
