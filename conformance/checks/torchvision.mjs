import { architectures } from '../../dist/arch/catalog.js';
import { buildArchitecture, readsOption } from '../../dist/arch/architecture.js';
import { cfgNetwork } from '../../dist/arch/literal/networks.js';
import { only } from '../lib/only.mjs';
import { BATCH, compareModules, compareNetwork, tracedAlike } from '../lib/network.mjs';

export const title = 'torchvision networks, layer by layer';

/** Lists as torchvision's own constructor takes them; its head wants 512 channels. */
const CFGS = [
  [16, 'M', 32, 'M', 512],
  [8, 8, 'M', 24, 'M', 64, 40, 'M', 512, 'M'],
];

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python }) {
  const named = only(architectures)
    .filter(({ source }) => source === 'torchvision')
    .flatMap((architecture) => {
      const variants = readsOption(architecture, 'auxLogits') ? [true, false] : [null];
      return variants.map((auxLogits) => ({
        label: architecture.name + (auxLogits === null ? '' : auxLogits ? ' with heads' : ' without heads'),
        graph: buildArchitecture(architecture, auxLogits === null ? {} : { auxLogits }),
        request: { model: architecture.name.split('/')[1], auxLogits },
      }));
    });
  const listed = CFGS.flatMap((cfg) =>
    [false, true].map((batchNorm) => ({
      label: `--cfg ${cfg}${batchNorm ? ' with batch-norm' : ''}`,
      graph: cfgNetwork(cfg.join(','), { batchNorm }),
      request: { cfg, batchNorm },
    })),
  );
  const cases = [...named, ...listed];
  const facts = await python(
    'torchvision_networks.py',
    cases.map(({ request, graph }) => ({
      ...request,
      byModules: !tracedAlike(graph),
      input: [BATCH, ...graph.inputs[0].shape],
    })),
  );
  return cases.map(({ label, graph }, i) =>
    tracedAlike(graph)
      ? compareNetwork(label, graph, facts[i], { names: true })
      : compareModules(label, graph, facts[i]),
  );
}
