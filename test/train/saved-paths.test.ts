import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runFake } from '../cli/fake-io.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vgg-paths-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test.each(['../outside.bin', 'deeper/../../outside.bin', join(tmpdir(), 'outside.bin')])(
  'a saved network reads no weights from %s',
  async (path) => {
    const saved = join(folder, 'saved');
    mkdirSync(saved);
    writeFileSync(join(folder, 'outside.bin'), new Uint8Array(4));
    const weightsManifest = [{ paths: [path], weights: [] }];
    writeFileSync(join(saved, 'model.json'), JSON.stringify({ modelTopology: {}, weightsManifest }));
    const data = ['--data', 'synthetic', '--limit', '8', '--engine', 'wasm'];
    const { code, stderr } = await runFake(['train', 'lenet', ...data, '--evaluate', saved]);
    expect(code).toBe(2);
    expect(stderr).toContain(`model.json names a file of weights outside the folder, ${path}`);
  },
);
