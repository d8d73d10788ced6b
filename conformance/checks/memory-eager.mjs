import { layerNetworks } from '../lib/layer-networks.mjs';
import { compareTraces, graphRequest } from '../lib/memory.mjs';
import { random } from '../lib/random.mjs';
import { randomTrainable } from '../lib/random-trainable.mjs';

export const title = 'memory of training with real tensors, by the allocations themselves';

const RANDOM = 20;

export async function run({ python, note, seed = 20260202 }) {
  note(`seed ${seed}`);
  const rng = random(seed);
  const networks = [
    ...layerNetworks(),
    ...Array.from({ length: RANDOM }, (_, i) => ({
      name: `random ${i + 1}`,
      ...randomTrainable(rng, `random ${i + 1}`),
    })),
  ];
  const cases = networks.map(({ name, resolved }) => ({
    name,
    resolved,
    network: graphRequest(resolved),
    dtype: 'float32',
    training: [{ optimizer: 'sgd', foreach: false, weightDecay: false, accumulate: 1 }],
    inference: false,
  }));
  return compareTraces(cases, { python, note, script: 'memory_eager.py' });
}
