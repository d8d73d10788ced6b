import { expect, test } from 'vitest';
import { columnsOf } from '../../src/report/sheet/width.ts';
import { runFake } from './fake-io.ts';

test.each([
  'vgg11',
  'vgg11 --memory',
  'resnet50 --memory --batch 64 --optimizer adam --device rtx4090,h100',
  'fit vgg11',
  'fit resnet50 --device all',
  'compare alexnet vgg11 resnet50',
  'compare alexnet vgg11 resnet50 --rows networks',
  'diff vgg11 vgg16',
  'reconcile vgg11 111980544',
  'list devices',
  '--help',
  'train --help',
])('%s fits 80 columns', async (line) => {
  const { stdout } = await runFake(line.split(' '), { isTTY: true, columns: 80, env: { NO_COLOR: '1' } });
  const lines = stdout.split('\n');
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter((text) => columnsOf(text) > 80)).toEqual([]);
});
