import { simulateTraining } from '../../dist/analysis/memory/step.js';
import { fusesAttention, layerNetworks } from '../lib/layer-networks.mjs';
import { graphRequest } from '../lib/memory.mjs';
import { collect } from '../lib/outcome.mjs';
import { random } from '../lib/random.mjs';
import { randomTrainable } from '../lib/random-trainable.mjs';

/**
 * @import { ResolvedGraph } from '../../dist/graph/resolve.js'
 * @import { Dtype } from '../../dist/core/dtype.js'
 */

export const title = 'the storages that autograd keeps, with real tensors, byte for byte';

const RANDOM = { whole: 40, sample: 20 };

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, seed = 20260303, sampled }) {
  note(`seed ${seed}`);
  const rng = random(seed);
  const networks = [
    // The CPU's log-sigmoid keeps a buffer that CUDA's does without. A fold's result lies in a storage as large as what
    // comes in, which the meta device does not have and is not simulated.
    ...layerNetworks()
      .filter(({ graph }) => graph.nodes.every(({ kind }) => kind !== 'logsigmoid' && kind !== 'fold'))
      .filter((network) => !fusesAttention(network)),
    ...Array.from({ length: sampled(RANDOM.whole, RANDOM.sample) }, (_, i) =>
      randomTrainable(rng, `random ${i + 1}`),
    ),
  ];
  const answers = await python(
    'memory_saved.py',
    networks.map(({ resolved }) => ({
      network: graphRequest(resolved),
      inputs: resolved.inputs,
      autocast: null,
    })),
  );
  return networks.map(({ graph, resolved }, i) => compareKept(graph.name, resolved, 'float32', answers[i]));
}

/**
 * @param {string} name
 * @param {ResolvedGraph} resolved
 * @param {Dtype} dtype
 * @param {any} theirs
 */
export function compareKept(name, resolved, dtype, theirs) {
  const report = collect(name);
  if (theirs.error !== undefined) {
    report.problem(`torch: ${theirs.error}`);
    return report.outcome();
  }
  const { kept } = simulateTraining(resolved, {
    dtype,
    accumulate: 1,
    optimizer: { name: 'sgd', weightDecay: false, foreach: true },
  });
  /** @type {Map<string, string[]>} */
  const ours = new Map();
  for (const { owner, category, requested } of kept) {
    const key = `${category} ${requested}`;
    ours.set(key, [...(ours.get(key) ?? []), owner]);
  }
  for (const [category, bytes] of theirs) {
    const owners = ours.get(`${category} ${bytes}`);
    if (owners === undefined || owners.length === 0) report.problem(`missing: ${category}, ${bytes} bytes`);
    else owners.pop();
  }
  for (const [key, owners] of ours) {
    for (const owner of owners) report.problem(`too many: ${key} bytes, of ${owner}`);
  }
  return report.outcome();
}
