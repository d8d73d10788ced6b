import { readFileSync } from 'node:fs';

export const title = 'memory of checkpointed steps';

const file = new URL('../../fixtures/memory/checkpointing.json', import.meta.url);

/**
 * The tests hold our simulation to this file; here the file is held to PyTorch.
 * @type {import('../lib/types.ts').Check['run']}
 */
export async function run({ python }) {
  const recorded = JSON.parse(readFileSync(file, 'utf8'));
  const traced = await python(
    'checkpointing.py',
    recorded.map(({ network, batch }) => ({ network, batch })),
  );
  return recorded.map((expected, i) => ({
    name: `${expected.network}, batch ${expected.batch}`,
    problems: ['peakBytes', 'endOfForwardBytes']
      .filter((field) => traced[i][field] !== expected[field])
      .map((field) => `${field}: recorded ${expected[field]}, PyTorch ${traced[i][field]}`),
  }));
}
