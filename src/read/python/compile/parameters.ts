import type { Parameters } from '../ast.ts';
import { PyDict } from '../values/dict.ts';
import { typeError } from '../values/exceptions.ts';
import type { ParameterInfo } from '../values/function.ts';
import type { Keywords, Value } from '../values/object.ts';
import { PyTuple } from '../values/values.ts';
import type { Slot } from './frame.ts';

/** The parameters of a function in the order of their slots. */
export interface Layout {
  readonly positional: readonly string[];
  readonly positionalOnly: number;
  readonly keywordOnly: readonly string[];
  readonly vararg: string | undefined;
  readonly kwarg: string | undefined;
}

export function layoutOf(parameters: Parameters, mangle: (name: string) => string): Layout {
  const { positionalOnly, positional, vararg, keywordOnly, kwarg } = parameters;
  return {
    positional: [...positionalOnly, ...positional].map(({ name }) => mangle(name)),
    positionalOnly: positionalOnly.length,
    keywordOnly: keywordOnly.map(({ name }) => mangle(name)),
    vararg: vararg === undefined ? undefined : mangle(vararg.name),
    kwarg: kwarg === undefined ? undefined : mangle(kwarg.name),
  };
}

export function infoOf(layout: Layout): ParameterInfo[] {
  const { positional, positionalOnly, vararg, keywordOnly, kwarg } = layout;
  return [
    ...positional.map((name, i): ParameterInfo => ({
      name,
      kind: i < positionalOnly ? 'positional-only' : 'positional',
    })),
    ...(vararg === undefined ? [] : [{ name: vararg, kind: 'vararg' } as const]),
    ...keywordOnly.map((name): ParameterInfo => ({ name, kind: 'keyword-only' })),
    ...(kwarg === undefined ? [] : [{ name: kwarg, kind: 'kwarg' } as const]),
  ];
}

/** Fills the first slots with the arguments: positional, keyword-only, `*args`, `**kwargs`. */
export function bindArguments(
  name: string,
  layout: Layout,
  defaults: ReadonlyMap<string, Value>,
  slots: Slot[],
  args: readonly Value[],
  keywords: Keywords,
): void {
  const { positional, positionalOnly, keywordOnly, vararg, kwarg } = layout;
  const count = positional.length;
  const given = Math.min(args.length, count);
  for (let i = 0; i < given; i++) slots[i] = args[i];
  if (args.length > count && vararg === undefined) throw tooMany(name, layout, defaults, args.length);
  const more = kwarg === undefined ? undefined : new PyDict();
  for (const [key, value] of keywords ?? []) {
    const at = positional.indexOf(key, positionalOnly);
    if (at >= 0) {
      if (slots[at] !== undefined) throw typeError(`${name}() got multiple values for argument '${key}'`);
      slots[at] = value;
      continue;
    }
    const only = keywordOnly.indexOf(key);
    if (only >= 0) slots[count + only] = value;
    else if (more !== undefined) more.set(key, value);
    else if (positional.includes(key)) {
      throw typeError(`${name}() got some positional-only arguments passed as keyword arguments: '${key}'`);
    } else throw typeError(`${name}() got an unexpected keyword argument '${key}'`);
  }
  fill(name, positional, 0, 'positional', defaults, slots);
  fill(name, keywordOnly, count, 'keyword-only', defaults, slots);
  let next = count + keywordOnly.length;
  if (vararg !== undefined) slots[next++] = new PyTuple(args.slice(count));
  if (more !== undefined) slots[next] = more;
}

function fill(
  name: string,
  parameters: readonly string[],
  from: number,
  kind: string,
  defaults: ReadonlyMap<string, Value>,
  slots: Slot[],
): void {
  const missing: string[] = [];
  parameters.forEach((parameter, i) => {
    if (slots[from + i] !== undefined) return;
    const value = defaults.get(parameter);
    if (value === undefined) missing.push(`'${parameter}'`);
    else slots[from + i] = value;
  });
  if (missing.length === 0) return;
  const last = missing.pop()!;
  const comma = missing.length > 1 ? ', and ' : ' and ';
  const listed = missing.length === 0 ? last : `${missing.join(', ')}${comma}${last}`;
  const count = missing.length + 1;
  throw typeError(`${name}() missing ${count} required ${kind} argument${count === 1 ? '' : 's'}: ${listed}`);
}

function tooMany(name: string, { positional }: Layout, defaults: ReadonlyMap<string, Value>, given: number) {
  const required = positional.filter((each) => !defaults.has(each)).length;
  const most = positional.length;
  const wanted = required === most ? `${most}` : `from ${required} to ${most}`;
  const plural = most === 1 && required === most ? '' : 's';
  return typeError(
    `${name}() takes ${wanted} positional argument${plural} but ${given} ${given === 1 ? 'was' : 'were'} given`,
  );
}
