import { graphRequest, compareTraces, trainingInTurn } from '../lib/memory.mjs';
import { random } from '../lib/random.mjs';
import { inSomeMode } from '../lib/random-modes.mjs';
import { randomTrainable } from '../lib/random-trainable.mjs';

/** @import { TraceCase } from '../lib/types.ts' */

export const title = 'memory of random networks, training and inference';

const NETWORKS = { whole: 48, sample: 24 };
/** Ways of training each network, in turn. */
const TRAININGS_EACH = 4;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, seed = 20260101, sampled }) {
  note(`seed ${seed}`);
  const rng = random(seed);
  /** @type {TraceCase[]} */
  const cases = Array.from({ length: sampled(NETWORKS.whole, NETWORKS.sample) }, (_, i) => {
    const resolved = inSomeMode(rng, randomTrainable(rng, `random ${i + 1}`).resolved);
    return {
      name: `random ${i + 1}`,
      resolved,
      network: graphRequest(resolved),
      dtype: 'float32',
      training: Array.from({ length: TRAININGS_EACH }, (__, k) => ({
        ...trainingInTurn(i * TRAININGS_EACH + k),
        accumulate: rng.chance(0.2) ? 2 : 1,
        keepGradients: (i + k) % 3 === 1,
        ema: (i + k) % 5 === 1,
      })),
      inference: true,
    };
  });
  return compareTraces(cases, { python, note });
}
