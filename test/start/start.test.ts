import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

/** The built program alone, elsewhere, so that its files can be spoilt. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vgg-inspect-start-'));
  for (const part of ['bin', 'package.json', join('dist', 'bundle')]) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
});
afterEach(() => rm(folder, { recursive: true }));

const bundle = () => join(folder, 'dist', 'bundle');

async function cacheFile(): Promise<string> {
  // Beside that of other Nodes that have built here.
  const own = `.${process.version}-${process.arch}.cache`;
  const names = (await readdir(bundle())).filter((name) => name.startsWith('program-') && name.endsWith(own));
  expect(names).toHaveLength(1);
  return join(bundle(), names[0]!);
}

async function inspect(args: readonly string[], nodeOptions = ''): Promise<string> {
  const env = { ...process.env, NODE_OPTIONS: nodeOptions };
  const bin = join(folder, 'bin', 'vgg-inspect.js');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [bin, ...args], { env });
  expect(stderr).toBe('');
  return stdout;
}

const line = /^total +128,806,154 /m;

test('runs from what the build compiled, and needs nothing beside the bundle', async () => {
  await cacheFile();
  expect(await inspect(['vgg11'])).toMatch(line);
  const spec = join(root, 'fixtures', 'specs', 'tiny-vgg.yaml');
  expect(await inspect([spec])).toMatch(/^tiny-vgg · spec/);
});

test('loads what specs, proxies, Python source and other commands need only for them', async () => {
  const needed = /^(start\.cjs|program-.*)$/;
  for (const part of await readdir(bundle())) if (!needed.test(part)) await rm(join(bundle(), part));
  expect(await inspect(['vgg11'])).toMatch(line);
});

test('runs without any of it', async () => {
  for (const part of await readdir(bundle())) if (part.endsWith('.cache')) await rm(join(bundle(), part));
  expect(await inspect(['vgg11'])).toMatch(line);
  expect(await inspect(['reconcile', 'vgg11', '128806154'])).toMatch(/128,806,154/);
});

test('runs when it is not what this Node compiled', async () => {
  const file = await cacheFile();
  const size = (await readFile(file)).length;
  for (const content of [Buffer.alloc(0), Buffer.from('no such thing'), Buffer.alloc(size, 0x5a)]) {
    await writeFile(file, content);
    expect(await inspect(['vgg11'])).toMatch(line);
  }
});

test('runs when V8 has other options than when it compiled', async () => {
  expect(
    await inspect(['vgg11'], '--max-old-space-size=200 --disallow-code-generation-from-strings'),
  ).toMatch(line);
});

test('runs through a link, as npm installs it', async () => {
  const link = join(folder, 'linked');
  await symlink(join(folder, 'bin', 'vgg-inspect.js'), link);
  const { stdout } = await promisify(execFile)(link, ['vgg11']);
  expect(stdout).toMatch(line);
});

test('says its version', async () => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(await inspect(['--version'])).toBe(`${version}\n`);
});
