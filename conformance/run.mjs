// Compares what vgg-inspect says with what others compute. Every file in checks/ is one check: it exports `title` and
// `run({ python, packageFolder, note, seed, sampled })`, which resolves with a list of outcomes (see lib/outcome.mjs).
// Adding a check adds a file.
//
//   node conformance/run.mjs [--all] [--seed N] [--jobs N] [--record] [part of a check's file name ...]
//
// Checks run two at a time (`--jobs`), each in a process of its own, the longest first. What is random comes from the
// seed, or from the check's own, which it prints, and of large sets a sample is taken unless `--all` asks for the whole. `--record` keeps how long each took, for
// the order of later runs.
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runCheck } from './lib/check-process.mjs';
import { longestFirst, record } from './lib/durations.mjs';
import { ensureEnvironment } from './lib/environment.mjs';
import { messageOf } from './lib/message.mjs';

/** @import { Outcome } from './lib/types.ts' */

const SHOWN = 5;
const note = (/** @type {string} */ text) => process.stderr.write(`conformance: ${text}\n`);
const inSeconds = (/** @type {number} */ seconds) => `${seconds.toFixed(1)} s`;

const { values: options, positionals: chosen } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: 'boolean', default: false },
    seed: { type: 'string' },
    jobs: { type: 'string', default: '2' },
    record: { type: 'boolean', default: false },
  },
});
const jobs = Number(options.jobs);
const seed = options.seed === undefined ? undefined : Number(options.seed);
const files = readdirSync(new URL('checks/', import.meta.url))
  .filter((file) => file.endsWith('.mjs'))
  .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)));
if (files.length === 0) {
  note(`no check is called ${chosen.join(' or ')}`);
  process.exit(2);
}
if ((seed !== undefined && !Number.isSafeInteger(seed)) || !(jobs >= 1)) {
  note('--seed takes a whole number, and --jobs one from 1');
  process.exit(2);
}

try {
  await ensureEnvironment(note);
} catch (error) {
  note(messageOf(error));
  process.exit(1);
}
const from = seed === undefined ? "each check's own seed" : `seed ${seed}`;
note(`${from}; ${options.all ? 'the whole' : 'a sample'} of every large set; ${jobs} at a time`);

let passed = 0;
let failed = 0;
/** @type {Map<string, number>} */
const durations = new Map();
const waiting = longestFirst(files);
await Promise.all(Array.from({ length: jobs }, work));

async function work() {
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const started = performance.now();
    const { title, outcomes } = await runCheck(file, { seed, all: options.all, jobs });
    const seconds = (performance.now() - started) / 1000;
    durations.set(file, seconds);
    report(title, outcomes, seconds);
  }
}

/**
 * @param {string} title
 * @param {readonly Outcome[]} all
 * @param {number} seconds
 */
function report(title, all, seconds) {
  // Elsewhere what a check needs may be missing, and it says so; in CI all of it is there.
  const nothing = { name: 'nothing was compared', problems: ['what the check needs is missing'] };
  const outcomes = all.length === 0 && process.env.CI ? [nothing] : all;
  const wrong = outcomes.filter(({ problems }) => problems.length > 0);
  passed += outcomes.length - wrong.length;
  failed += wrong.length;
  const verdict = wrong.length > 0 ? 'FAIL' : outcomes.length === 0 ? 'skip' : 'ok  ';
  console.log(
    `${verdict} ${title}: ${outcomes.length - wrong.length} of ${outcomes.length} (${inSeconds(seconds)})`,
  );
  for (const { name, problems } of wrong) {
    console.log(`     ${name}`);
    for (const problem of problems) console.log(`       ${problem}`);
  }
}

if (options.record) record(durations);
const slowest = [...durations].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN);
console.log(`slowest: ${slowest.map(([file, seconds]) => `${file} ${inSeconds(seconds)}`).join(', ')}`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
