import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runFake } from '../cli/fake-io.ts';

const recipe = [
  '--data',
  'synthetic',
  '--limit',
  '600',
  '--epochs',
  '3',
  '--batch',
  '16',
  '--engine',
  'wasm',
];
const args = ['train', 'fixtures/train/small-relu.yaml', ...recipe, '--dropout', '0.2'];

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vgg-interrupt-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the command line and calls `heard` with all of stderr so far whenever some arrives. */
function run(more: readonly string[], heard: (stderr: string, interrupt: () => void) => void = () => {}) {
  const child = spawn(process.execPath, ['bin/vgg-inspect.js', ...args, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => heard((stderr += text), () => child.kill('SIGINT')));
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stdout, stderr })),
  );
}

test('ends on Ctrl-C with 130, and goes on as if nothing had been', async () => {
  const log = join(folder, 'log.jsonl');
  const checkpoint = ['--checkpoint', join(folder, 'state')];
  const train = (more: readonly string[], fake = {}) => runFake([...args, ...more], fake);
  const first = await train([...checkpoint, '--log', log], {
    interruptedBy: (stderr: string) => stderr.includes('epoch 1/3'),
  });
  expect(first).toMatchObject({ code: 130, stdout: '' });
  expect(first.stderr).toMatch(
    /stopping after this step.*\n(.*\n)?interrupted; the training so far is in .*, and --resume continues it\n$/,
  );
  const whole = await train(['--json']);
  const resumed = await train([...checkpoint, '--resume', '--json', '--log', log]);
  expect([whole.code, resumed.code]).toEqual([0, 0]);
  const epochs = ({ stdout }: { stdout: string }) => JSON.parse(stdout).epochs as unknown;
  expect(epochs(resumed)).toEqual(epochs(whole));
  const steps = readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string; epoch: number; step: number })
    .filter(({ event }) => event === 'step')
    .map(({ epoch, step }) => [epoch, step]);
  const each = Array.from({ length: 38 }, (_, i) => i + 1);
  expect(steps).toEqual([1, 2, 3].flatMap((epoch) => each.map((step) => [epoch, step])));
});

test.skipIf(process.platform === 'win32')('stops at once on a second Ctrl-C', async () => {
  // Two and no more: a third that meets the process on its way out would end it as a signal does.
  const awaited = ['epoch 1/999', 'stopping'];
  const { code, stdout } = await run(['--epochs', '999'], (stderr, interrupt) => {
    if (awaited.length === 0 || !stderr.includes(awaited[0]!)) return;
    awaited.shift();
    interrupt();
  });
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
});
