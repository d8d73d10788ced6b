import { architecture, architectures } from '../../dist/arch/catalog.js';
import { buildArchitecture } from '../../dist/arch/architecture.js';
import { convArchNetwork } from '../../dist/arch/literal/networks.js';
import { thin } from '../../dist/graph/thin.js';
import { BATCH, compareNetwork } from '../lib/network.mjs';

export const title = "the book's networks, layer by layer";

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python }) {
  const named = architectures
    .filter(({ source }) => source === 'd2l')
    .map((found) => ({ network: found.name, graph: buildArchitecture(found) }));
  const thinned = { network: 'vgg11/4', graph: thin(buildArchitecture(architecture('vgg11')), 4) };
  const tuple = '((2,16),(2,32),(2,64),(2,128),(2,128))';
  const dividedFirst = {
    network: 'vgg16-1x1 divided first',
    graph: convArchNetwork(tuple, { pointwiseFrom: 256 }),
  };
  const cases = [...named, thinned, dividedFirst];
  const facts = await python(
    'd2l_networks.py',
    cases.map(({ network, graph }) => ({ network, input: [BATCH, ...graph.inputs[0].shape] })),
  );
  // The book's variables are no paths, so that only the order, the shapes and the numbers can be compared.
  return cases.map(({ network, graph }, i) => compareNetwork(network, graph, facts[i], { names: false }));
}
