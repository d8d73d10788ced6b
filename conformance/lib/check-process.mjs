// One check in a process of its own, so that two keep two processors busy whether they compute here or in Python.
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { packageFolder, python } from './environment.mjs';

/** @import { Check, Outcome } from './types.ts' */

const self = fileURLToPath(import.meta.url);

/** No check takes so long: one that waits for what never comes must not hold up all others. */
const LIMIT_MINUTES = { sample: 15, whole: 120 };

/**
 * Resolves with the title and the outcomes of a file in checks/; one that breaks is an outcome too.
 * @param {string} file
 * @param {{ seed: number | undefined, all: boolean, jobs: number }} options
 * @returns {Promise<{ title: string, outcomes: readonly Outcome[] }>}
 */
export function runCheck(file, { seed, all, jobs }) {
  const threads = String(Math.max(1, Math.floor(availableParallelism() / jobs)));
  const env = { OMP_NUM_THREADS: threads, MKL_NUM_THREADS: threads, ...process.env };
  return new Promise((resolve, reject) => {
    const child = fork(self, [JSON.stringify({ file, seed, all })], { env });
    /** @type {{ title: string, outcomes: readonly Outcome[] } | undefined} */
    let answer;
    child.once('message', (/** @type {any} */ message) => (answer = message));
    child.once('error', reject);
    const limit = all ? LIMIT_MINUTES.whole : LIMIT_MINUTES.sample;
    const alarm = setTimeout(() => child.kill('SIGKILL'), limit * 60_000);
    child.once('exit', (code, signal) => {
      clearTimeout(alarm);
      const problems = [`its process ended with ${signal ?? code}; the limit is ${limit} minutes`];
      resolve(answer ?? { title: file, outcomes: [{ name: 'the check did not run', problems }] });
    });
  });
}

if (process.send !== undefined && process.argv[1] === self) {
  const { file, seed, all } = JSON.parse(process.argv[2] ?? '');
  /** @type {Check} */
  const { title, run } = await import(new URL(`../checks/${file}`, import.meta.url).href);
  const note = (/** @type {string} */ text) =>
    process.stderr.write(`${file.replace(/\.mjs$/, '')}: ${text}\n`);
  note(`${title} ...`);
  const outcomes = await run({
    python,
    packageFolder,
    note,
    seed,
    sampled: (whole, sample) => (all ? whole : sample),
  }).catch((error) => [{ name: 'the check did not run', problems: [error.stack ?? String(error)] }]);
  process.send({ title, outcomes }, () => process.exit());
}
