import type { AddOptions, GraphBuilder } from '../../../graph/builder.ts';
import type { AttributesSchema } from '../../../layers/layer.ts';
import type { Origin } from '../../../core/origin.ts';
import type { Arguments } from '../arguments.ts';
import type { Value } from '../../../text/value.ts';

/** A macro about to be written out as layers. */
export interface MacroCall {
  readonly given: Arguments;
  /** Of the macro's name in the file. */
  readonly at: Origin;
  /** The macro's own path: `block1`, `residual2`. Its layers are called `block1.…`. */
  readonly path: string;
  /** The prefix of the list that the macro is in: empty, or ending in a dot. */
  readonly around: string;
  readonly net: GraphBuilder;
  /**
   * Writes a list of layers behind `net.last`, their names behind `prefix`. Throws `spec-wrong-type` when `layers`
   * is no list, or an empty one unless `mayBeEmpty`.
   */
  layers(layers: Value, what: string, prefix: string, mayBeEmpty?: boolean): void;
}

/** What the JSON Schemas of macros are made of. */
export interface SchemaParts {
  /** A list of layers. */
  readonly layers: object;
  /** A whole number from 1 on. */
  readonly count: object;
  readonly name: object;
  /** The schema of a layer kind's arguments. */
  of(attributes: AttributesSchema): JsonObjectSchema;
}

export interface JsonObjectSchema {
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

/** A mapping with these arguments and no others. */
export const mapping = (properties: object, required: readonly string[] = []): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** A shorthand of spec files that stands for several layers. One macro, one file. */
export interface Macro {
  /** As it is written in a spec. */
  readonly name: string;
  /** Stem of its path when it has no name: `block` gives `block1`. */
  readonly stem: string;
  /** Names of its arguments, for nearest names. */
  readonly arguments: readonly string[];
  /** JSON Schema of what follows its name. */
  schema(parts: SchemaParts): object;
  /** Adds its layers behind `net.last`; afterwards `net.last` is its output. */
  write(call: MacroCall): void;
}

/** Where a macro's own layers come from, for errors. */
export const originOf = ({ at }: MacroCall): AddOptions => ({ origin: at });
