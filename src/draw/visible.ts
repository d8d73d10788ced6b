import type { LayerAnalysis } from '../analysis/analysis.ts';
import type { Family } from '../layers/layer.ts';

/** Families whose layers leave a feature map its size, or only its order: figures of papers leave them out. */
const LEFT_OUT: ReadonlySet<Family> = new Set<Family>(['activation', 'norm', 'dropout', 'reshape']);

export const isVisible = ({ family }: Pick<LayerAnalysis, 'family'>): boolean => !LEFT_OUT.has(family);

export const LEFT_OUT_NOTE = 'Activations, normalizations, dropout and reshapes are not drawn.';

interface Node {
  readonly id: string;
  readonly inputs: readonly string[];
}

/**
 * Of each node, in topological order, the nearest that are `shown` on every way back from it, each once. Ids that are
 * no node's are inputs, which are shown.
 */
export function shownBefore(
  nodes: readonly Node[],
  shown: (id: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const before = new Map<string, readonly string[]>();
  for (const { id, inputs } of nodes) {
    const found = inputs.flatMap((input) =>
      before.has(input) && !shown(input) ? before.get(input)! : [input],
    );
    before.set(id, [...new Set(found)]);
  }
  return before;
}
