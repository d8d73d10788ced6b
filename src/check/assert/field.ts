import { VggError } from '../../core/errors/error.ts';
import { nearest } from '../../core/nearest.ts';
import type { Analysis } from '../../analysis/analysis.ts';

/** A value of an Analysis that can be compared. */
export interface Field {
  /** `totals.params`, `layers.block1.conv1.outputShape`. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * The part of an Analysis that an assertion names: its path in the JSON; the last word alone for what is under
 * `totals` and `model`; `layers.PATH.FIELD` for a layer. Throws `unknown-field` with the nearest names.
 */
export function findField(analysis: Analysis, name: string, text: string): Field {
  const found = name.startsWith('layers.')
    ? layerField(analysis, name.slice('layers.'.length))
    : (at(analysis, name) ?? at(analysis.totals, name, 'totals.') ?? at(analysis.model, name, 'model.'));
  if (found) return found;
  throw new VggError('unknown-field', {
    text,
    field: name,
    nearest: nearest(name, candidates(analysis, name)),
  });
}

/** The longest layer path wins, so that a layer called `a.b` is found before the field `b` of `a`. */
function layerField({ layers }: Analysis, rest: string): Field | undefined {
  const matching = layers.filter(({ path }) => rest.startsWith(`${path}.`));
  matching.sort((a, b) => b.path.length - a.path.length);
  for (const layer of matching) {
    const found = at(layer, rest.slice(layer.path.length + 1), `layers.${layer.path}.`);
    if (found) return found;
  }
  return undefined;
}

/** Follows a dotted path through own properties only, so that `constructor` is unknown like any other name. */
function at(root: object, dotted: string, prefix = ''): Field | undefined {
  let value: unknown = root;
  for (const part of dotted.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return { path: prefix + dotted, value };
}

function candidates(analysis: Analysis, name: string): string[] {
  if (!name.startsWith('layers.')) {
    const { layers: _, warnings: __, ...rest } = analysis;
    return [...Object.keys(analysis.totals), ...Object.keys(analysis.model), ...leaves(rest)];
  }
  const rest = name.slice('layers.'.length);
  const parts = rest.split('.').length;
  const near = analysis.layers.filter(({ path }) => Math.abs(path.split('.').length + 1 - parts) <= 1);
  return near
    .slice(0, 500)
    .flatMap((layer) => Object.keys(layer).map((field) => `layers.${layer.path}.${field}`));
}

/** Paths of all numbers, texts and flags in an object. */
function leaves(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? leaves(inner, `${prefix}${key}.`)
      : [prefix + key],
  );
}
