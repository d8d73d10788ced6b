import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lookForPackagesFrom, resolvePackage } from '../../src/train/engines/packages.ts';
import { runFake } from '../cli/fake-io.ts';

const spec = join(process.cwd(), 'fixtures/train/small-relu.yaml');
const args = ['train', spec, '--data', 'synthetic', '--limit', '8', '--epochs', '0', '--engine', 'webgpu'];

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'vgg-engines-')));
  const planted = join(folder, 'node_modules', 'webgpu');
  mkdirSync(planted, { recursive: true });
  writeFileSync(join(planted, 'package.json'), '{"name":"webgpu","version":"0.6.2","main":"index.js"}');
  writeFileSync(join(planted, 'index.js'), '');
});
afterEach(() => {
  lookForPackagesFrom(undefined);
  rmSync(folder, { recursive: true });
});

test('loads no package from the working folder', async () => {
  mkdirSync(join(folder, 'deeper'));
  await runFake(args, { cwd: join(folder, 'deeper') });
  expect(resolvePackage('webgpu') ?? '').not.toContain(folder);
});

test('loads packages from the folder that --engines-from names', async () => {
  await runFake([...args, '--engines-from', '.'], { cwd: folder });
  expect(resolvePackage('webgpu')).toBe(join(folder, 'node_modules', 'webgpu', 'index.js'));
});

test('refuses a folder that is not there', async () => {
  const { code, stderr } = await runFake([...args, '--engines-from', 'absent'], { cwd: folder });
  expect(code).toBe(2);
  expect(stderr).toMatch(/--engines-from must be a folder with node_modules, not 'absent'/);
});
