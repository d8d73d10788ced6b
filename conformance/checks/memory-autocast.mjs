import { simulateInference, simulateTraining } from '../../dist/analysis/memory/step.js';
import { layerNetworks } from '../lib/layer-networks.mjs';
import { graphRequest } from '../lib/memory.mjs';
import { random } from '../lib/random.mjs';
import { randomTrainable } from '../lib/random-trainable.mjs';
import { compareKept } from './memory-saved.mjs';

/** @import { ResolvedGraph } from '../../dist/graph/resolve.js' */

export const title = "forward passes under CUDA's autocast: storages kept, byte for byte, and bytes in all";

const RANDOM = 16;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, seed = 20260505 }) {
  note(`seed ${seed}`);
  const rng = random(seed);
  const networks = [
    ...layerNetworks(),
    ...Array.from({ length: RANDOM }, (_, i) => randomTrainable(rng, `random ${i + 1}`)),
  ];
  const answers = await python(
    'memory_autocast.py',
    networks.map(({ resolved }) => ({ network: graphRequest(resolved), inputs: resolved.inputs })),
  );
  return networks.map(({ graph, resolved }, i) => compare(graph.name, resolved, answers[i]));
}

/**
 * @param {string} name
 * @param {ResolvedGraph} resolved
 * @param {any} theirs
 */
function compare(name, resolved, theirs) {
  if (theirs.error !== undefined) return { name, problems: [`torch: ${theirs.error}`] };
  const { problems } = compareKept(name, resolved, 'amp', theirs.kept);
  const { steady } = simulateTraining(resolved, {
    dtype: 'amp',
    accumulate: 1,
    optimizer: { name: 'sgd', weightDecay: false, foreach: true },
  });
  const ours = {
    endOfForwardBytes: steady.endOfForward,
    inferencePeakBytes: simulateInference(resolved, 'amp').peak.bytes,
  };
  const differing = Object.entries(ours)
    .filter(([figure, bytes]) => bytes !== theirs[figure])
    .map(([figure, bytes]) => `${figure}: ours ${bytes}, theirs ${theirs[figure]}`);
  return { name, problems: [...problems, ...differing] };
}
