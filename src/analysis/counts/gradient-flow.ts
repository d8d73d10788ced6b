import type { ResolvedGraph } from '../../graph/resolve.ts';

/** Paths whose tensors need a gradient in training: those that lie after some learnable weight. */
export function gradientFlow({ nodes }: ResolvedGraph): ReadonlySet<string> {
  const needing = new Set<string>();
  for (const { node, weights } of nodes) {
    const learns = weights.some(({ buffer }) => !buffer);
    if (learns || node.inputs.some((path) => needing.has(path))) needing.add(node.path);
  }
  return needing;
}
