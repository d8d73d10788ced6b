import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { program, spec } from '../lib/engines.mjs';
import { collect } from '../lib/outcome.mjs';

export const title = 'training on 60,000 images stays within the estimate and 1 GiB, and does not grow';

const GIB = 2 ** 30;
const MIB = 2 ** 20;
const EPOCHS = 3;
/** What the collector's timing moves; a batch left behind in each step would be twenty times that. */
const SCATTER = 64 * MIB;

/** @type {import('../lib/types.ts').Check['run']} */
export async function run({ note }) {
  if (!existsSync('/proc/self/status')) {
    note('skipped: resident memory is read from /proc');
    return [];
  }
  const outcomes = [];
  for (const engine of ['wasm', 'auto']) outcomes.push(await trainOn(engine, note));
  return outcomes;
}

async function trainOn(engine, note) {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-memory-'));
  const log = join(folder, 'log.jsonl');
  const options = [
    '--engine',
    engine,
    '--data',
    'synthetic',
    '--epochs',
    String(EPOCHS),
    '--lr',
    '0.2',
    '--batch',
    '256',
  ];
  const args = [program, 'train', spec('wide.yaml'), ...options, '--log', log, '--json'];
  try {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    const ended = new Promise((resolve) => child.once('close', resolve));
    const peaks = await watch(child, log);
    const code = await ended;
    if (code !== 0) throw new Error(`training on ${engine} ended with ${code}`);
    const report = JSON.parse(Buffer.concat(output).toString());
    return compare(report, peaks, note);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Largest resident size while each epoch ran, until the process ends. */
async function watch(child, log) {
  const peaks = [];
  while (child.exitCode === null && child.signalCode === null) {
    const status = tryRead(`/proc/${child.pid}/status`);
    const resident = 1024 * Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
    const done = tryRead(log).match(/"event":"epoch"/g)?.length ?? 0;
    peaks[done] = Math.max(peaks[done] ?? 0, resident);
    await wait(50);
  }
  return peaks.slice(0, EPOCHS);
}

function tryRead(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Not there yet, or not any more.
    return '';
  }
}

function compare({ engine, data, checks, epochs, examplesPerSec }, peaks, note) {
  const check = collect(engine);
  const { predicted } = checks.memory.peak;
  const mib = (bytes) => `${Math.round(bytes / MIB)} MiB`;
  note(
    `${engine}: predicted ${mib(predicted)}; resident ${peaks.map(mib).join(', ')}; ${examplesPerSec.toFixed(0)} examples/s`,
  );
  check.equal('images', data.train, 60_000);
  check.equal('epochs that were watched', peaks.length, EPOCHS);
  if (!(epochs.at(-1).testAcc > 0.5)) check.problem(`it learns nothing: ${JSON.stringify(epochs.at(-1))}`);
  const most = Math.max(...peaks);
  if (most > predicted + GIB) check.problem(`${mib(most)} resident, ${mib(predicted)} predicted`);
  // The first epoch fills the engine's pools and the collector's heap.
  const [, second] = peaks;
  if (peaks.at(-1) > second + SCATTER) check.problem(`it grows: ${peaks.map(mib).join(', ')}`);
  return check.outcome();
}
