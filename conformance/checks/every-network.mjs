import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { architectures } from '../../dist/arch/catalog.js';
import { collect } from '../lib/outcome.mjs';
import { drawn, random } from '../lib/random.mjs';

export const title = 'what the tests hold of some built-in networks, of others';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Those that `npm test` runs on some of each family. */
const TESTS = [
  'test/report/width',
  'test/report/schema',
  'test/analysis/conventions/ledger',
  'test/analysis/conventions/published',
  'test/analysis/memory/identities',
  'test/analysis/reconcile',
  'test/analysis/time',
  'test/train/engine',
  'test/train/memory',
];
const SAMPLE = 12;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ note, seed = 1, sampled }) {
  const rng = random(seed);
  const all = architectures.map(({ name }) => name);
  const names = sampled(all, drawn(rng, all, SAMPLE));
  note(`${names.length} networks: ${names.join(', ')}`);
  const report = collect(TESTS.join(', '));
  const output = await vitest(names.join(','));
  if (output !== undefined) report.problem(output);
  return [report.outcome()];
}

/**
 * What vitest says of tests that fail.
 * @param {string} networks
 * @returns {Promise<string | undefined>}
 */
const vitest = (networks) =>
  new Promise((resolve) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', '--maxWorkers=1', ...TESTS];
    const env = { ...process.env, NETWORKS: networks, NO_COLOR: '1' };
    execFile(process.execPath, args, { cwd: root, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve(error ? `${stdout.slice(-4000)}${stderr.slice(-4000)}` : undefined),
    );
  });
