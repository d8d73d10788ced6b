import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCheckpoint, writeCheckpoint, type Checkpoint } from '../../src/train/checkpoint.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vgg-checkpoint-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const identity = { network: 'net-1', batch: 32 };
const checkpoint = (step: number): Checkpoint => ({
  identity,
  progress: {
    epoch: 1,
    batch: 2,
    step,
    sums: { count: 64, loss: 0.1 + 0.2, correct: 3 },
    examples: 96,
    seconds: 1.5,
    done: [{ epoch: 1, loss: 2.25, trainAcc: 0.5, testAcc: 1 / 3 }],
  },
  state: new Map([
    ['conv.weight', Float32Array.of(1.5, -0, Number.MIN_VALUE, 3e38)],
    ['exp_avg/conv.weight', new Float32Array(1000).fill(step)],
  ]),
});
const file = () => join(folder, 'checkpoint.vgg');

describe('a checkpoint', () => {
  it('comes back bit for bit, and the new one takes the place of the old', async () => {
    expect(await readCheckpoint(folder, identity)).toBeUndefined();
    await writeCheckpoint(folder, checkpoint(1));
    await writeCheckpoint(folder, checkpoint(2));
    expect(await readCheckpoint(folder, identity)).toEqual(checkpoint(2));
    expect(readdirSync(folder)).toEqual(['checkpoint.vgg']);
  });

  it('is refused when a byte is missing or wrong', async () => {
    await writeCheckpoint(folder, checkpoint(1));
    const whole = readFileSync(file());
    for (const at of [0, 9, 40, whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1;
      writeFileSync(file(), damaged);
      await expect(readCheckpoint(folder, identity)).rejects.toMatchObject({ code: 'checkpoint-damaged' });
    }
    for (const length of [0, 7, 33, whole.length - 1]) {
      writeFileSync(file(), whole.subarray(0, length));
      await expect(readCheckpoint(folder, identity)).rejects.toMatchObject({ code: 'checkpoint-damaged' });
    }
  });

  it('is refused when it belongs to another training, with what differs', async () => {
    await writeCheckpoint(folder, checkpoint(1));
    await expect(readCheckpoint(folder, { ...identity, batch: 64 })).rejects.toMatchObject({
      code: 'checkpoint-differs',
      args: { name: 'batch', saved: 32, now: 64 },
    });
  });

  it('removes what a killed write left', async () => {
    await writeCheckpoint(folder, checkpoint(1));
    writeFileSync(`${file()}.part`, 'half');
    expect((await readCheckpoint(folder, identity))?.progress.step).toBe(1);
    expect(readdirSync(folder)).toEqual(['checkpoint.vgg']);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'on a full disk keeps the last good one and leaves nothing else',
    async () => {
      await writeCheckpoint(folder, checkpoint(1));
      symlinkSync('/dev/full', `${file()}.part`);
      await expect(writeCheckpoint(folder, checkpoint(2))).rejects.toMatchObject({
        code: 'cannot-save',
        message: expect.stringContaining('ENOSPC'),
      });
      expect(readdirSync(folder)).toEqual(['checkpoint.vgg']);
      expect((await readCheckpoint(folder, identity))?.progress.step).toBe(1);
    },
  );

  it('says that its folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeCheckpoint(join(folder, 'file', 'deeper'), checkpoint(1))).rejects.toMatchObject({
      code: 'cannot-save',
    });
  });

  it('survives kills at any moment', { timeout: 60_000 }, async () => {
    mkdirSync(join(folder, 'run'));
    const target = join(folder, 'run');
    const code = `
      const { writeCheckpoint } = await import(${JSON.stringify(new URL('../../dist/train/checkpoint.js', import.meta.url).href)});
      const sums = { count: 0, loss: 0, correct: 0 };
      process.stdout.write('ready');
      for (let step = 0; ; step++) {
        const state = new Map([['w', new Float32Array(200_000).fill(step)]]);
        const progress = { epoch: 0, batch: 0, step, sums, examples: 0, seconds: 0, done: [] };
        await writeCheckpoint(${JSON.stringify(target)}, { identity: {}, progress, state });
      }`;
    let found = 0;
    for (let kill = 0; kill < 15; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise((resolve) => child.stdout.once('data', resolve));
      await wait(Math.random() * 40);
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      const read = await readCheckpoint(target, {});
      if (read === undefined) continue;
      found++;
      expect(new Set(read.state.get('w'))).toEqual(new Set([read.progress.step]));
      expect(readdirSync(target)).toEqual(['checkpoint.vgg']);
    }
    expect(found).toBeGreaterThan(5);
  });
});
