import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
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
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
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
  test('comes back bit for bit, and the new one takes the place of the old', async () => {
    expect(await readCheckpoint(folder, identity)).toBeUndefined();
    await writeCheckpoint(folder, checkpoint(1));
    await writeCheckpoint(folder, checkpoint(2));
    expect(await readCheckpoint(folder, identity)).toEqual(checkpoint(2));
    expect(readdirSync(folder)).toEqual(['checkpoint.vgg']);
  });

  test('is refused when a byte is missing or wrong', async () => {
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

  test('is refused when it belongs to another training, with what differs', async () => {
    await writeCheckpoint(folder, checkpoint(1));
    await expect(readCheckpoint(folder, { ...identity, batch: 64 })).rejects.toMatchObject({
      code: 'checkpoint-differs',
      args: { name: 'batch', saved: 32, now: 64 },
    });
  });

  test('removes what a killed write left', async () => {
    await writeCheckpoint(folder, checkpoint(1));
    writeFileSync(join(folder, '.checkpoint.vgg.0123456789abcdef.tmp'), 'half');
    expect((await readCheckpoint(folder, identity))?.progress.step).toBe(1);
    expect(readdirSync(folder)).toEqual(['checkpoint.vgg']);
  });

  test('does not follow a link, and leaves what it points to alone', async () => {
    writeFileSync(join(folder, 'other'), 'old');
    symlinkSync('other', file());
    await expect(writeCheckpoint(folder, checkpoint(1))).rejects.toMatchObject({
      code: 'cannot-save',
      message: expect.stringContaining('symbolic link'),
    });
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('old');
    expect(readdirSync(folder).sort()).toEqual(['checkpoint.vgg', 'other']);
  });

  test('says that its folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(writeCheckpoint(join(folder, 'file', 'deeper'), checkpoint(1))).rejects.toMatchObject({
      code: 'cannot-save',
    });
  });

  test('survives kills at any moment', async () => {
    const target = join(folder, 'run');
    mkdirSync(target);
    const address = new URL('../../dist/train/checkpoint.js', import.meta.url).href;
    // One after the other, as fast as it can, and says of each that it is written.
    const code = `
      const { writeCheckpoint } = await import(${JSON.stringify(address)});
      const sums = { count: 0, loss: 0, correct: 0 };
      for (let step = Number(process.argv[1]); ; step++) {
        const state = new Map([['w', new Float32Array(200_000).fill(step)]]);
        const progress = { epoch: 0, batch: 0, step, sums, examples: 0, seconds: 0, done: [] };
        await writeCheckpoint(${JSON.stringify(target)}, { identity: {}, progress, state });
        process.stdout.write(step + '\\n');
      }`;
    const half = () => readdirSync(target).some((name) => name.endsWith('.tmp'));
    let last = 0;
    let halfWritten = 0;
    for (let kill = 0; kill < 8 || halfWritten === 0; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', code, String(last + 1)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const gone = once(child, 'exit');
      const written = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      // As soon as the first, second or third is written, or in the midst of the next one.
      for (let n = 0; n <= kill % 3; n++) last = Number((await written.next()).value);
      while (kill % 2 === 1 && child.exitCode === null && !half()) await setImmediate();
      child.kill('SIGKILL');
      await gone;
      if (half()) halfWritten++;
      const read = await readCheckpoint(target, {});
      expect(read!.progress.step).toBeGreaterThanOrEqual(last);
      expect(new Set(read!.state.get('w'))).toEqual(new Set([read!.progress.step]));
      expect(readdirSync(target)).toEqual(['checkpoint.vgg']);
      last = read!.progress.step;
    }
  });
});
