import { readFileSync, readdirSync } from 'node:fs';

export const title = 'the recorded cases of every layer kind';

const folder = new URL('../../fixtures/layers/', import.meta.url);

/**
 * The tests hold our layers to these files; here the files are held to PyTorch.
 * @type {import('../lib/types.ts').Check['run']}
 */
export async function run({ python }) {
  const fixtures = readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
  const problems = await python('layers.py', fixtures);
  return fixtures.map(({ kind }, i) => ({ name: kind, problems: problems[i] }));
}
