import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const bin = join(process.cwd(), 'bin', 'vgg-inspect.js');
const napi = `napi-v${Math.min(8, Number(process.versions['napi']))}`;

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vgg-tensorflow-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A folder with tfjs-node as npm leaves it, to these files. */
function install(files: readonly string[], main = ''): void {
  const manifest = { name: '@tensorflow/tfjs-node', version: '4.22.0', main: 'dist/library/index.js' };
  const all = { 'package.json': JSON.stringify(manifest), 'dist/library/index.js': main };
  for (const [name, content] of [...Object.entries(all), ...files.map((file) => [file, ''] as const)]) {
    const path = join(folder, 'node_modules', '@tensorflow', 'tfjs-node', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

function train(engine: string) {
  const args = [bin, 'train', 'vgg11', '--ratio', '16', '--resize', '32', '--batch', '2', '--epochs', '0'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...args, '--engine', engine, '--engines-from', '.'],
    {
      cwd: folder,
      encoding: 'utf8',
    },
  );
  return { status, stdout, lines: stderr.split('\n').filter((line) => line !== '') };
}

describe('--engine tensorflow where it is not whole', () => {
  const library = 'deps/lib/libtensorflow.so.2';
  const binding = `lib/${napi}/tfjs_binding.node`;
  test.each<[string, () => void, RegExp]>([
    [
      'absent',
      () => {},
      /needs a package that is not installed \(npm install @tensorflow\/tfjs-node@4\.22\.0 beside vgg-inspect/,
    ],
    [
      'its script blocked',
      () => install([]),
      /without its TensorFlow library: its install script did not run \(allow its script .* npm rebuild/,
    ],
    [
      'its download failed',
      () => install(['deps/include/tensorflow/c/c_api.h']),
      /without its TensorFlow library: its install script did not finish \(npm rebuild .*docs\/training\.md/,
    ],
    [
      'without its binding',
      () => install([library]),
      /without its native binding: its install script did not finish \(npm rebuild/,
    ],
    [
      'with a binding that does not load',
      () => install([library, binding], `require('../${binding}')`),
      /the package @tensorflow\/tfjs-node is installed but does not load: .*tfjs_binding\.node/,
    ],
    [
      'without what it needs itself',
      () => install([library, binding], `require('@mapbox/node-pre-gyp-absent')`),
      /is installed but does not load: Cannot find module '@mapbox\/node-pre-gyp-absent' \(npm install/,
    ],
  ])('says in one line why and how to mend it: %s', (_, prepare, words) => {
    prepare();
    const { status, stdout, lines } = train('tensorflow');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('does not keep auto from another engine', () => {
    install([]);
    const { status, lines } = train('auto');
    expect(status).toBe(0);
    expect(lines[0]).toMatch(/^training on (?!tensorflow)\w+: /);
  });
});
