import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tally } from '../../../src/analysis/conventions/count.ts';
import { conventions } from '../../../src/analysis/conventions/registry.ts';
import { layersOf } from './analyses.ts';

const page = readFileSync(new URL('../../../docs/conventions.md', import.meta.url), 'utf8');
const layers = layersOf('torchvision/vgg16', [1, 3, 224, 224]);

test('the page has every convention, in the order of the program, with the numbers that it gives', () => {
  const table = page.split('\n## ')[1]!;
  const rows = [...table.matchAll(/^\| `([\w-]+)` \| (.*) \|$/gm)].map(([, name, cells]) => [
    name,
    ...cells!.split('|').map((cell) => cell.trim()),
  ]);
  const expected = conventions.map((convention) => {
    const found = (['params', 'macs', 'flops'] as const).map((what) => tally(layers, convention, what));
    const [params, ...operations] = found.map(
      (each) => each && [each.total.toLocaleString('en-US'), each.calls],
    );
    const known = operations.filter((each) => each !== undefined);
    const joined = [0, 1].map((i) => known.map((each) => each[i]).join(' · '));
    return [convention.name, ...(params ?? ['', '']), ...joined];
  });
  expect(rows).toEqual(expected);
});

test('the page describes every convention, with the version that its source names', () => {
  for (const { name, source } of conventions) {
    const paragraph = new RegExp(`^- \\*\\*\`${name}\`\\*\\*(.*)$`, 'm').exec(page)?.[1];
    expect(paragraph, name).toBeDefined();
    const [version] = /\d+\.\d[\w.]*/.exec(source) ?? [];
    if (version !== undefined) expect(paragraph, name).toContain(version);
  }
});
