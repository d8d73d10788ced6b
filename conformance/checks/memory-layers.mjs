import { layerNetworks } from '../lib/layer-networks.mjs';
import { compareTraces, graphRequest, TRAININGS } from '../lib/memory.mjs';

export const title = 'memory of small networks around every layer kind';

export async function run({ python, note }) {
  const cases = layerNetworks().map(({ name, resolved }, i) => ({
    name,
    resolved,
    network: graphRequest(resolved),
    dtype: 'float32',
    training: [TRAININGS[i % TRAININGS.length]],
    inference: true,
  }));
  return compareTraces(cases, { python, note });
}
