import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFake } from './fake-io.ts';

const report = (line: string, cwd?: string) =>
  runFake(['report', ...line.split(' ')], cwd === undefined ? {} : { cwd });

test('a page with several networks goes to a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-inspect-report-'));
  const result = await report('lenet nin --device 8GiB -o report.html', folder);
  expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(page).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  expect(page).toContain('<title>lenet, nin – vgg-inspect</title>');
  expect(page).toContain('8GiB');
});

test('a network that cannot be trained has a page without the memory of a step', async () => {
  const { code, stdout } = await report('resnet18 --input 1x1x32x32 --device 8GiB');
  expect(code).toBe(0);
  expect(stdout).not.toContain('data-moments="');
  expect(stdout).not.toContain('kept for backward</button>');
  expect(stdout).toContain('takes means of single values');
  expect(stdout).toContain('Layers</h3>');
});

test('without a network it says how to give one', async () => {
  expect(await runFake(['report'])).toMatchObject({
    code: 2,
    stderr:
      'error: the network to report on is missing (for example: vgg-inspect report vgg11 -o report.html)\n',
  });
});
