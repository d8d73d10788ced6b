import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFake } from './fake-io.ts';

const cwd = mkdtempSync(join(tmpdir(), 'vgg-python-'));
mkdirSync(join(cwd, 'packages', 'shelf'), { recursive: true });
const write = (name: string, text: string) => writeFileSync(join(cwd, name), text);
write(
  'packages/shelf/__init__.py',
  'from .layers import block\n__all__ = ["block"]\nprint("from the shelf")\n',
);
write('packages/shelf/layers.py', 'from torch import nn\n\ndef block(n):\n    return nn.Conv2d(n, n, 3)\n');
write('beside.py', 'WIDTH = 8\n');
write(
  'net.py',
  `from torch import nn
from shelf import block
import beside
class Net(nn.Sequential):
    def __init__(self, classes=4):
        super().__init__(block(beside.WIDTH), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(beside.WIDTH, classes))
`,
);
const run = (line: string) => runFake(line.split(' '), { cwd });

test('a network of a file, of its own folder and of those that --path names', async () => {
  const { code, stdout, stderr } = await run('net.py --path packages --input 8x16x16 --json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    model: { name: 'Net', source: 'python' },
    totals: { params: 584 + 36 },
  });
  expect(stderr).toBe('from the shelf\n');
});

test('an expression behind the name', async () => {
  const { stdout } = await run('net.py:Net(classes=2) --path packages --input 3x8x16x16 --json');
  expect(JSON.parse(stdout)).toMatchObject({
    input: { shape: [3, 8, 16, 16] },
    totals: { params: 584 + 18 },
  });
});

test('other batches than the one that was traced', async () => {
  const { code, stdout } = await run('fit net.py --path packages --input 8x16x16 --batch 1..64 --json');
  expect(code).toBe(0);
  expect(stdout).toContain('"Net"');
});

test.each([
  ['missing.py', /^error: missing.py: there is no such file/],
  [
    'net.py --input 8x16x16',
    /^error: net.py:2:\d+: module shelf not found \(name the folder that has it with --path/,
  ],
  ['vgg11 --path packages', /^error: --path has no effect on vgg11/],
])('%s', async (line, message) => {
  const { code, stdout, stderr } = await run(line);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.replace('from the shelf\n', '')).toMatch(message);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
});
