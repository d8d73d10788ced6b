import { VggError } from '../../core/errors/error.ts';

/** A JSON object, whose keys may be anything. */
export type Json = ReadonlyMap<string, unknown>;

export const damaged = (reason: string): VggError => new VggError('pt2-damaged', { reason });

/** Throws `pt2-damaged` where `value` is not an object. */
export function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw damaged(`${what} is not an object`);
  return new Map(Object.entries(value));
}

/** Throws `pt2-damaged` where `value` is not a list. */
export function listOf(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged(`${what} is not a list`);
  return value;
}

/** Throws `pt2-damaged` where `value` is not text. */
export function textOf(value: unknown, what: string): string {
  if (typeof value !== 'string') throw damaged(`${what} is not text`);
  return value;
}
