import type { ResolvedGraph } from '../../graph/resolve.ts';

/** The rule by which the numbers were counted, in words. */
export interface Convention {
  readonly name: string;
  readonly params: string;
  readonly macs: string;
  readonly flops: string;
  /** Layer kinds of this network that do work which is in no number, with the reason. */
  readonly notCounted: readonly string[];
}

/** The default way of counting, and what it leaves out of this network. */
export function defaultConvention({ nodes }: ResolvedGraph): Convention {
  const notCounted: string[] = [];
  if (nodes.some(({ layer, weights }) => layer.macs && weights.some(({ name }) => name === 'bias'))) {
    notCounted.push('bias additions of convolutions and matrix products');
  }
  const unknown = unknownOperators(nodes);
  if (unknown.length > 0)
    notCounted.push(`${unknown.join(', ')}: operators of which only the shapes are known`);
  const silent = nodes
    .filter(
      ({ layer, attributes }) =>
        !layer.macs && !layer.elementwise && layer.foreign?.(attributes).moves !== false,
    )
    .map(({ node, layer, attributes }) => layer.foreign?.(attributes).operator ?? node.kind);
  if (silent.length > 0) {
    const kinds = [...new Set(silent)].join(', ');
    notCounted.push(`${kinds}: nothing to compute at inference, data is moved or kept`);
  }
  if (nodes.some(({ node }) => node.trainingOnly)) {
    notCounted.push('MACs of layers that run only in training (their parameters are counted)');
  }
  return {
    name: 'default',
    params: 'every learnable scalar once, biases included; buffers apart',
    macs: 'multiplications of convolutions and matrix products over the whole batch, bias excluded',
    flops: '2 × MACs + element-wise operations',
    notCounted,
  };
}

/** The operators of files that no kind says anything about, with how often they come: `2 × NonMaxSuppression`. */
export function unknownOperators(nodes: ResolvedGraph['nodes']): string[] {
  const times = new Map<string, number>();
  for (const { layer, attributes } of nodes) {
    const found = layer.foreign?.(attributes);
    if (found?.moves === false) times.set(found.operator, (times.get(found.operator) ?? 0) + 1);
  }
  return [...times].map(([name, count]) => `${count} × ${name}`);
}
