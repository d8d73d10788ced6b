import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readCheckpoint } from '../../dist/train/checkpoint.js';
import { collect } from '../lib/outcome.mjs';

export const title = 'a checkpoint survives kill -9 at 200 random moments of its writing';

const KILLS = 200;
const address = new URL('../../dist/train/checkpoint.js', import.meta.url).href;

/** Writes one checkpoint after the other, as fast as it can; each number fills its tensor. */
const writer = (folder) => `
  const { writeCheckpoint } = await import(${JSON.stringify(address)});
  const sums = { count: 0, loss: 0, correct: 0 };
  process.stdout.write('ready');
  for (let step = 0; ; step++) {
    const state = new Map([['w', new Float32Array(500_000).fill(step)]]);
    const progress = { epoch: 0, batch: 0, step, sums, examples: 0, seconds: 0, done: [] };
    await writeCheckpoint(${JSON.stringify(folder)}, { identity: {}, progress, state });
  }`;

export async function run({ note }) {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-kills-'));
  const check = collect(`${KILLS} kills`);
  let halfWritten = 0;
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', writer(folder)]);
      let complaint = '';
      child.stderr.on('data', (chunk) => (complaint += chunk));
      await new Promise((resolve, reject) => {
        child.stdout.once('data', resolve);
        child.once('exit', () => reject(new Error(`the writer ended by itself: ${complaint}`)));
      });
      await wait(kill === 0 ? 500 : Math.random() * 50);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      if (readdirSync(folder).length > 1) halfWritten++;
      const { progress, state } = (await readCheckpoint(folder, {})) ?? {};
      const wrong = progress === undefined || state.get('w').some((value) => value !== progress.step);
      if (wrong) check.problem(`kill ${kill} left no whole checkpoint`);
      if (readdirSync(folder).length !== 1) check.problem(`kill ${kill} left ${readdirSync(folder)}`);
    }
  } catch (error) {
    check.problem(error.message);
  } finally {
    rmSync(folder, { recursive: true });
  }
  note(`${halfWritten} of ${KILLS} kills hit a write`);
  if (halfWritten < KILLS / 10) check.problem('too few kills hit a write to prove anything');
  return [check.outcome()];
}
