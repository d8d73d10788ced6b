import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Origin } from '../../core/origin.ts';
import { plain, wrongType, type Entry, type Mapping, type Value } from '../../text/value.ts';

/** What follows a kind: `{…}`, or nothing at all for a kind that needs nothing. */
export type Arguments = Value | undefined;

/**
 * The named arguments of a kind or macro.
 * Throws `spec-wrong-type` when they are no mapping, `unknown-attribute` at the place of an unknown one.
 */
export function namedArguments(
  kind: string,
  given: Arguments,
  known: readonly string[],
): ReadonlyMap<string, Entry> {
  if (given === undefined || isNothing(given)) return new Map();
  if (given.type !== 'mapping') return wrongType(given, `what follows ${kind}`, `${example(known)}`);
  for (const [name, { keyAt }] of given.entries) {
    if (!known.includes(name)) {
      throw new VggError('unknown-attribute', { kind, name, known, nearest: nearest(name, known) }, keyAt);
    }
  }
  return given.entries;
}

const isNothing = (value: Value) => value.type === 'scalar' && value.value === null;

const example = (known: readonly string[]) =>
  known.length === 0 ? 'left out: it takes no arguments' : `its arguments by name, as in {${known[0]}: …}`;

/** The arguments as plain data for a layer kind's schema. */
export function plainArguments(entries: ReadonlyMap<string, Entry>): Record<string, unknown> {
  return Object.fromEntries([...entries].map(([name, { value }]) => [name, plain(value)]));
}

/** Throws `missing-attribute`. */
export function required(entries: ReadonlyMap<string, Entry>, kind: string, name: string, at: Origin): Value {
  const entry = entries.get(name);
  if (entry === undefined) throw new VggError('missing-attribute', { kind, name }, at);
  return entry.value;
}

/** Runs `parse`; an error about one argument gets that argument's place in the file. */
export function placingErrors<T>(entries: Mapping['entries'], parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof VggError)) throw error;
    const { name } = error.args as { name?: unknown };
    const entry = error.code === 'bad-attribute' && typeof name === 'string' ? entries.get(name) : undefined;
    throw entry ? new VggError(error.code, error.args, { ...error.location, ...entry.value.at }) : error;
  }
}
