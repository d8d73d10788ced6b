import { collect } from '../lib/outcome.mjs';
import { entriesOf, expectedNumbers } from '../lib/tool-numbers.mjs';
import { builtInNetworks } from '../lib/tools.mjs';

export const title = 'the convention of DeepSpeed, against calflops';

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, packageFolder, note }) {
  const networks = builtInNetworks();
  const numbers = await python('conventions_calflops.py', {
    folder: await packageFolder('calflops==0.3.2', note),
    networks: networks.map(({ graph, input, named }) => named ?? { graph, input }),
  });
  return networks.map(({ name, graph, input }, i) => {
    const report = collect(name);
    const ours = expectedNumbers(graph, input, [], { convention: 'deepspeed' });
    for (const [quantity, theirs] of entriesOf(numbers[i])) report.equal(quantity, ours(quantity), theirs);
    return report.outcome();
  });
}
