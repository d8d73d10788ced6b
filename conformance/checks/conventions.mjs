import { readFileSync } from 'node:fs';
import { collect } from '../lib/outcome.mjs';
import { entriesOf, expectedNumbers } from '../lib/tool-numbers.mjs';
import { runTools } from '../lib/tools.mjs';

export const title = 'conventions, against the tools themselves';

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ python, packageFolder, note }) {
  const { tools } = JSON.parse(readFileSync(new URL('../../fixtures/tools.json', import.meta.url), 'utf8'));
  const wanted = Object.keys(tools).filter((tool) => tool !== 'deepspeed' || process.platform === 'linux');
  const networks = await runTools({ python, packageFolder, note }, wanted);
  return networks.map(({ name, graph, input, functions, numbers }) => {
    const report = collect(name);
    for (const [tool, theirs] of Object.entries(numbers)) {
      const ours = expectedNumbers(graph, input, functions, tools[tool]);
      for (const [quantity, number] of entriesOf(theirs)) {
        report.equal(`${tool}: ${quantity}`, ours(quantity), number);
      }
    }
    return report.outcome();
  });
}
