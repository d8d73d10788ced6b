import { layerNetworks } from '../lib/layer-networks.mjs';
import { compareTraces, graphRequest, trainingInTurn } from '../lib/memory.mjs';
import { random } from '../lib/random.mjs';
import { randomTrainable } from '../lib/random-trainable.mjs';

/** @import { TraceCase } from '../lib/types.ts' */

export const title = 'memory of networks in half precision throughout';

const RANDOM = 16;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, seed = 20260404 }) {
  note(`seed ${seed}`);
  const rng = random(seed);
  const networks = [
    ...layerNetworks(),
    ...Array.from({ length: RANDOM }, (_, i) => randomTrainable(rng, `random ${i + 1}`)),
  ];
  /** @type {TraceCase[]} */
  const cases = networks.map(({ graph, resolved }, i) => ({
    name: graph.name,
    resolved,
    network: graphRequest(resolved),
    dtype: i % 2 === 0 ? 'float16' : 'bfloat16',
    training: [trainingInTurn(i)],
    inference: true,
  }));
  return compareTraces(cases, { python, note });
}
