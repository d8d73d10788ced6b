// Runs every bench, one after the other; with --short each for a moment only, which shows that it runs and no more.
// Usage: node bench/run.mjs [--short]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The arguments of each short round; a full one takes none, and what takes minutes is left to be run by hand. */
const benches = [
  { file: 'startup.mjs', short: ['3'] },
  { file: 'scale.mjs', short: ['200', '2000'] },
  { file: 'fit.mjs', short: ['2'] },
  { file: 'wasm.mjs', short: ['1', '1'] },
  { file: 'train.mjs', short: ['--rounds', '1', 'lenet'], byHand: true },
  { file: 'train/operators.mjs', short: ['lenet'], byHand: true },
];
const short = process.argv.includes('--short');

let failed = 0;
for (const bench of benches) {
  if (!short && bench.byHand) continue;
  console.log(`\n${bench.file}`);
  const file = fileURLToPath(new URL(bench.file, import.meta.url));
  const { status, signal } = spawnSync(process.execPath, [file, ...(short ? bench.short : [])], {
    stdio: 'inherit',
  });
  if (status === 0) continue;
  console.log(`${bench.file} ended with ${signal ?? status}`);
  failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
