import { architectures } from '../../dist/arch/catalog.js';
import { buildArchitecture, readsOption } from '../../dist/arch/architecture.js';
import { resolve } from '../../dist/graph/resolve.js';
import { compareTraces, graphRequest, trainingInTurn } from '../lib/memory.mjs';
import { only } from '../lib/only.mjs';
import { drawn, random } from '../lib/random.mjs';

/** @import { TraceCase } from '../lib/types.ts' */

export const title = 'memory of every built-in network; torchvision as torchvision writes it';

const BATCH = 3;
/** How many networks a sample has. */
const SAMPLE = 16;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, note, sampled, seed = 20260102 }) {
  note(`seed ${seed}`);
  const rng = random(seed);
  const variants = only(architectures).flatMap((architecture) =>
    (readsOption(architecture, 'auxLogits') ? [true, false] : [undefined]).map((auxLogits) => ({
      architecture,
      auxLogits,
    })),
  );
  /** @type {TraceCase[]} */
  const cases = sampled(variants, drawn(rng, variants, SAMPLE)).map(({ architecture, auxLogits }, i) => {
    const graph = buildArchitecture(architecture, auxLogits === undefined ? {} : { auxLogits });
    const resolved = resolve(graph, [BATCH, ...graph.inputs[0].shape]);
    const heads = auxLogits === undefined ? '' : auxLogits ? ' with heads' : ' without heads';
    return {
      name: architecture.name + heads,
      resolved,
      network:
        architecture.source === 'torchvision' ? model(architecture, auxLogits) : graphRequest(resolved),
      dtype: 'float32',
      training: [trainingInTurn(i)],
      inference: true,
    };
  });
  return compareTraces(cases, { python, note });
}

/**
 * @param {{ readonly name: string }} architecture
 * @param {boolean | undefined} auxLogits
 */
const model = ({ name }, auxLogits) => ({
  model: name.split('/')[1],
  auxLogits: auxLogits ?? null,
});
