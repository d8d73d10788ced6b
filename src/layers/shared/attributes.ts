import * as z from 'zod/mini';
import { nearest } from '../../core/nearest.ts';
import { VggError, type ErrorLocation } from '../../core/errors/error.ts';
import type { Attributes, AttributesSchema, LayerKind } from '../layer.ts';
import { everyAxis, type Axes, type Rank } from './window.ts';
import { plainProblem } from './wording.ts';

/** Sizes above this cannot be sizes of anything: 2^31 − 1, PyTorch's own limit for an index of a dimension. */
const MAX_SIZE = 2 ** 31 - 1;

/** An integer of at least `least`. */
export const integer = (least: number, most = MAX_SIZE) => z.int().check(z.minimum(least), z.maximum(most));

/** A list of `length` of these. */
export const listOf = <O, I>(
  item: z.ZodMiniType<O, I>,
  length: number,
): z.ZodMiniType<readonly O[], readonly I[]> =>
  z.tuple(everyAxis(length, 0).map(() => item) as [typeof item, ...(typeof item)[]]);

/** PyTorch's `int or (int, int)`, a number for each spatial axis; spelled out as a list. */
export const sides = (rank: Rank, least: number) =>
  z.pipe(
    z.union([integer(least), listOf(integer(least), rank)]),
    z.transform((value): Axes => (typeof value === 'number' ? everyAxis(rank, value) : value)),
  );

/**
 * PyTorch's `int or (int, ...)` for a kind that works on any number of spatial axes. One number is spelled out as a pair,
 * as for images; a pair of equal numbers therefore goes for any number of axes: see `forAxes`.
 */
export const sidesOfAny = (item: z.ZodMiniType<number, number>) =>
  z.pipe(
    z.union([item, listOf(item, 2), listOf(item, 1), listOf(item, 3)]),
    z.transform((value): Axes => (typeof value === 'number' ? everyAxis(2, value) : value)),
  );

/** The sizes for that many axes; undefined where the list is for another number of them. */
export function forAxes(list: Axes, rank: number): Axes | undefined {
  if (list.length === rank) return list;
  const [first, second] = list;
  return list.length === 2 && first === second ? everyAxis(rank, first!) : undefined;
}

/** A size that may be negative: cutting away instead of adding. */
export const offset = z.int().check(z.minimum(-MAX_SIZE), z.maximum(MAX_SIZE));

/** A number above 0. */
export const positive = z.number().check(z.positive(), z.maximum(MAX_SIZE));

export const flag = (byDefault: boolean) => z._default(z.boolean(), byDefault);

/** `inplace: true` overwrites the input, as PyTorch's argument of that name. */
export const inplace = flag(false);

/**
 * The attributes of a layer, checked against its kind's schema, defaults filled in.
 * Throws `unknown-attribute` (with the nearest name), `missing-attribute` or `bad-attribute`.
 */
export function parseAttributes<S extends AttributesSchema>(
  layer: Pick<LayerKind<S>, 'kind' | 'attributes'>,
  given: unknown,
  location: ErrorLocation = {},
): Attributes<S> {
  const result = layer.attributes.safeParse(given);
  if (result.success) return result.data as Attributes<S>;
  const { issues } = result.error;
  // A misspelled argument explains a missing one.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
  const kind = layer.kind;
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys[0]!;
    const known = attributeNames(layer);
    throw new VggError('unknown-attribute', { kind, name, known, nearest: nearest(name, known) }, location);
  }
  const name = String(issue.path[0] ?? '');
  const value = name === '' ? given : (given as Record<string, unknown>)[name];
  if (name !== '' && value === undefined) throw new VggError('missing-attribute', { kind, name }, location);
  const about = issues.filter(({ path }) => String(path[0] ?? '') === name);
  const problem = plainProblem(about, name === '' ? layer.attributes : argumentSchemas(layer)[name]!);
  throw new VggError('bad-attribute', { kind, name, value, problem }, location);
}

/** The argument names of a layer kind. */
export function attributeNames(layer: Pick<LayerKind, 'attributes'>): string[] {
  return Object.keys(argumentSchemas(layer));
}

/** The schema of each argument by its name. */
export function argumentSchemas({
  attributes,
}: Pick<LayerKind, 'attributes'>): Readonly<Record<string, z.core.$ZodType>> {
  const { def } = (attributes as z.core.$ZodType as z.core.$ZodTypes)._zod;
  if (def.type !== 'object') throw new TypeError(`attributes are an object, not of type ${def.type}`);
  return def.shape;
}
