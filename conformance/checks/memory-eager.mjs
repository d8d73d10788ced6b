import { fusesAttention, layerNetworks } from '../lib/layer-networks.mjs';
import { compareTraces, graphRequest } from '../lib/memory.mjs';
import { random } from '../lib/random.mjs';
import { randomTrainable } from '../lib/random-trainable.mjs';

/** @import { TraceCase } from '../lib/types.ts' */

export const title = 'memory of training with real tensors, by the allocations themselves';

const RANDOM = 20;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, seed = 20260202 }) {
  note(`seed ${seed}`);
  const rng = random(seed);
  const networks = [
    // The CPU's log-sigmoid keeps a buffer that CUDA's does without. A fold's result lies in a storage as large as what
    // comes in, which the meta device does not have and is not simulated.
    ...layerNetworks()
      .filter(({ graph }) => graph.nodes.every(({ kind }) => kind !== 'logsigmoid' && kind !== 'fold'))
      .filter((network) => !fusesAttention(network)),
    ...Array.from({ length: RANDOM }, (_, i) => randomTrainable(rng, `random ${i + 1}`)),
  ];
  /** @type {TraceCase[]} */
  const cases = networks.filter(comparable).map(({ graph, resolved }) => ({
    name: graph.name,
    resolved,
    network: graphRequest(resolved),
    dtype: 'float32',
    training: [{ optimizer: 'sgd', foreach: false, weightDecay: false, accumulate: 1 }],
    inference: false,
  }));
  return compareTraces(cases, { python, note, script: 'memory_eager.py' });
}

/**
 * The CPU's convolution of volumes copies those that lie channels last; CUDA's does not.
 * @param {{ graph: import('../../dist/graph/graph.js').Graph, resolved: import('../../dist/graph/resolve.js').ResolvedGraph }} network
 */
const comparable = ({ graph, resolved }) =>
  resolved.input.length < 5 || graph.nodes.every(({ kind }) => kind !== 'permute');
