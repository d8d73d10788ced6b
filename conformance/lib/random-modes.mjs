import { resolve } from '../../dist/graph/resolve.js';
import { layerKind } from '../../dist/layers/registry.js';

/**
 * @import { ResolvedGraph } from '../../dist/graph/resolve.js'
 * @import { RandomNumbers } from './types.ts'
 */

/**
 * Every other network as it is; the rest with some layers frozen, most often those at their beginning, and with some
 * normalizations kept in `eval()`.
 * @param {RandomNumbers} rng
 * @param {ResolvedGraph} resolved
 */
export function inSomeMode(rng, resolved) {
  if (rng.chance(0.5)) return resolved;
  const { graph, inputs } = resolved;
  const until = rng.chance(0.5) ? rng.integer(0, graph.nodes.length) : 0;
  const share = rng.pick([0, 0.1, 0.4]);
  const nodes = graph.nodes.map((node, i) => ({
    ...node,
    ...((i < until || rng.chance(share)) && { frozen: /** @type {const} */ (true) }),
    ...(layerKind(node.kind).family === 'norm' &&
      rng.chance(share) && { inEval: /** @type {const} */ (true) }),
  }));
  const [input = [], ...others] = inputs;
  return resolve({ ...graph, nodes }, input, ...others);
}
