import { VggError } from '../../dist/core/errors/error.js';
import { compareGradients, gradientCase, isFinite } from '../lib/gradient-comparison.mjs';
import { inSomeMode } from '../lib/random-modes.mjs';
import { randomNetworks } from '../lib/random-graph.mjs';
import { random } from '../lib/random.mjs';

export const title = 'gradients of random networks, from ONNX and from torch in float64';

const NETWORKS = { whole: 150, sample: 60 };

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, seed = 20260102, sampled }) {
  const rng = random(seed);
  const { accepted } = randomNetworks(rng, {
    accepted: sampled(NETWORKS.whole, NETWORKS.sample),
    rejected: 0,
  });
  note(`${accepted.length} networks over every layer kind, seed ${seed}`);
  const cases = accepted.flatMap((one, i) => {
    const resolved = inSomeMode(rng, one.resolved);
    try {
      return [
        gradientCase(`network ${i + 1}: ${describe(resolved)}`, resolved, rng, { coarse: rng.chance(0.3) }),
      ];
    } catch (error) {
      // Batch-norm refuses to train on single values, and we a momentum of null.
      if (!(error instanceof VggError)) throw error;
      return [];
    }
  });
  note(`${cases.length} of them can be trained`);
  const answers = await python(
    'onnx_gradients.py',
    cases.map(({ request }) => request),
  );
  const outcomes = [];
  for (const [i, one] of cases.entries())
    if (isFinite(answers[i])) outcomes.push(await compareGradients(one, answers[i]));
  note(`${outcomes.length} of these have finite numbers alone and are compared`);
  return outcomes;
}

const describe = ({ input, graph }) =>
  `${input.join('×')} ${graph.nodes.map(({ kind, attributes }) => `${kind}${JSON.stringify(attributes)}`).join(' ')}`.slice(
    0,
    700,
  );
