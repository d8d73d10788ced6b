import { architectures } from '../../dist/arch/catalog.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { BATCH, compareNetwork } from '../lib/network.mjs';

export const title = "the papers' networks, layer by layer";

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python }) {
  const cases = architectures
    .filter(({ source }) => source === 'paper')
    .map((architecture) => ({ network: architecture.name, graph: buildArchitecture(architecture) }));
  const facts = await python(
    'paper_networks.py',
    cases.map(({ network, graph }) => ({ network, input: [BATCH, ...graph.inputs[0].shape] })),
  );
  return cases.map(({ network, graph }, i) => compareNetwork(network, graph, facts[i], { names: false }));
}
