import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate, setTimeout as wait } from 'node:timers/promises';
import { readCheckpoint } from '../../dist/train/checkpoint.js';
import { collect } from '../lib/outcome.mjs';
import { messageOf } from '../lib/message.mjs';

export const title = 'a checkpoint survives kill -9 at 200 random moments of its writing';

const KILLS = 200;
const address = new URL('../../dist/train/checkpoint.js', import.meta.url).href;

/** So many of the kills must have hit a write; it goes on until they have. */
const HALF_WRITTEN = 40;

/** Writes one checkpoint after the other, as fast as it can, and says of each that it is written. */
const writer = (/** @type {string} */ folder) => `
  const { writeCheckpoint } = await import(${JSON.stringify(address)});
  const sums = { count: 0, loss: 0, correct: 0 };
  for (let step = Number(process.argv[1]); ; step++) {
    const state = new Map([['w', new Float32Array(500_000).fill(step)]]);
    const progress = { epoch: 0, batch: 0, step, sums, examples: 0, seconds: 0, done: [] };
    await writeCheckpoint(${JSON.stringify(folder)}, { identity: {}, progress, state });
    process.stdout.write(step + '\\n');
  }`;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ note }) {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-kills-'));
  /** Whether a write has begun and not ended. */
  const writing = () => readdirSync(folder).some((file) => file !== 'checkpoint.vgg');
  const check = collect(`${KILLS} kills`);
  let halfWritten = 0;
  let last = 0;
  try {
    for (let kill = 0; kill < KILLS || halfWritten < HALF_WRITTEN; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', writer(folder), String(last + 1)]);
      let complaint = '';
      child.stderr.on('data', (chunk) => (complaint += chunk));
      const gone = once(child, 'exit');
      const written = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      const begun = performance.now();
      const { value, done } = await written.next();
      if (done) throw new Error(`the writer ended by itself: ${complaint}`);
      last = Number(value);
      // Now, in the midst of the next write, or at any moment of about two writes.
      if (kill % 3 === 1) while (child.exitCode === null && !writing()) await setImmediate();
      if (kill % 3 === 2) await wait((Math.random() * (performance.now() - begun)) / 2);
      child.kill('SIGKILL');
      await gone;
      if (writing()) halfWritten++;
      const read = await readCheckpoint(folder, {});
      const progress = read?.progress;
      const whole = read?.state.get('w')?.every((value) => value === read.progress.step) ?? false;
      if (!whole || progress === undefined) check.problem(`kill ${kill} left no whole checkpoint`);
      else if (progress.step < last)
        check.problem(`kill ${kill} left ${progress.step} where ${last} was written`);
      if (readdirSync(folder).length !== 1) check.problem(`kill ${kill} left ${readdirSync(folder)}`);
      last = progress?.step ?? last;
    }
  } catch (error) {
    check.problem(messageOf(error));
  } finally {
    rmSync(folder, { recursive: true });
  }
  note(`${halfWritten} kills hit a write`);
  return [check.outcome()];
}
