import type { LayerAnalysis } from '../../../analysis/analysis.ts';
import { VggError } from '../../../core/errors/error.ts';
import { nearest } from '../../../core/nearest.ts';
import { layerKinds } from '../../../layers/registry.ts';

/**
 * Which layers `--only` shows: those whose kind, family or stem (`conv2d`, `conv`, `fc`) is named.
 * Names of kinds that this network lacks are fine and match nothing; all layers without names.
 * Throws `unknown-layer-filter` with the nearest names.
 */
export function layerFilter(only: readonly string[] | undefined): (layer: LayerAnalysis) => boolean {
  if (only === undefined || only.length === 0) return () => true;
  const kinds = [...layerKinds.values()];
  const known = new Set(kinds.flatMap(({ kind, family, stem }) => [family, kind, stem]));
  for (const name of only) {
    if (!known.has(name)) {
      throw new VggError('unknown-layer-filter', {
        name,
        known: [...new Set(kinds.map(({ family }) => family))],
        nearest: nearest(name, known),
      });
    }
  }
  const wanted = new Set(
    kinds.filter((k) => [k.kind, k.family, k.stem].some((name) => only.includes(name))).map((k) => k.kind),
  );
  return ({ kind }) => wanted.has(kind);
}
