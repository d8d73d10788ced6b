import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFake } from './fake-io.ts';

const folder = mkdtempSync(join(tmpdir(), 'vgg-diff-'));
mkdirSync(join(folder, 'nets'));
const cwd = join(folder, 'nets');
const git = (...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=n', '-c', 'user.email=n@localhost', ...args], {
    stdio: 'pipe',
  });
const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
const spec = (channels: number) =>
  `input: [3, 8, 8]\nlayers:\n  - conv2d: {out_channels: ${channels}, kernel_size: 3}\n`;
const model = 'from torch import nn\nfrom parts import WIDTH\nnet = nn.Conv2d(3, WIDTH, 3)\n';

git('init', '-q');
write('net.yaml', spec(4));
write('model.py', model);
write('parts.py', 'WIDTH = 4\n');
git('add', '-A');
git('commit', '-qm', 'first');
git('tag', 'v1');
write('net.yaml', spec(6));
write('parts.py', 'WIDTH = 6\n');

const run = (line: string) => runFake(line.split(' '), { cwd });

test('ends with 0 for equal networks, with 1 for others', async () => {
  expect(await run('diff net.yaml net.yaml')).toMatchObject({ code: 0, stderr: '' });
  const { code, stdout, stderr } = await run('diff net.yaml@HEAD net.yaml');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(stdout).toContain('out_channels 4 → 6 (+2)');
});

test.each(['net.yaml@HEAD', 'net.yaml@v1', 'model.py@v1', 'model.py@HEAD:net'])(
  '%s is what the revision has, and so is what it imports',
  async (name) => {
    const { stdout, stderr } = await run(`inspect ${name} --input 3x8x8 --json`);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({ totals: { params: 4 * 28 } });
  },
);

test('the file beside it is not read for the revision', async () => {
  const { stdout } = await run('inspect model.py --input 3x8x8 --json');
  expect(JSON.parse(stdout)).toMatchObject({ totals: { params: 6 * 28 } });
});

test('through a link to the folder', async () => {
  const link = join(mkdtempSync(join(tmpdir(), 'vgg-link-')), 'linked');
  symlinkSync(cwd, link);
  for (const name of ['net.yaml@v1', 'model.py@v1']) {
    const { stdout } = await runFake(['inspect', name, '--input', '3x8x8', '--json'], { cwd: link });
    expect(JSON.parse(stdout)).toMatchObject({ totals: { params: 4 * 28 } });
  }
});

test('a file of that very name comes first', async () => {
  write('odd.yaml@HEAD', spec(9));
  const { stdout } = await run('inspect ./odd.yaml@HEAD --json');
  expect(JSON.parse(stdout)).toMatchObject({ totals: { params: 9 * 28 } });
});

test.each([
  ['diff net.yaml', 'a second network is missing'],
  ['diff - -', 'standard input'],
  ['diff net.yaml@v2 net.yaml', "there is no revision 'v2'"],
  ['diff net.yaml@--upload-pack=x net.yaml', 'net.yaml@--upload-pack=x'],
  ['diff net.yaml@v1:net net.yaml', 'net.yaml@v1:net'],
  ['diff new.yaml@v1 net.yaml', 'new.yaml@v1: there is no such file'],
  ['diff net.yaml@v1 net.yaml --only conv', '--only'],
])('%s', async (line, message) => {
  const { code, stdout, stderr } = await run(line);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
