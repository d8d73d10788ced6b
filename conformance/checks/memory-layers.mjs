import { layerNetworks } from '../lib/layer-networks.mjs';
import { compareTraces, graphRequest, trainingInTurn } from '../lib/memory.mjs';

/** @import { TraceCase } from '../lib/types.ts' */

export const title = 'memory of small networks around every layer kind';

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note }) {
  /** @type {TraceCase[]} */
  const cases = layerNetworks({ refused: true }).map(({ name, resolved }, i) => ({
    name,
    resolved,
    network: graphRequest(resolved),
    dtype: 'float32',
    training: [trainingInTurn(i)],
    inference: true,
  }));
  return compareTraces(cases, { python, note });
}
