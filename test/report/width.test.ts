import { expect, test } from 'vitest';
import { reportCompare, reportInspect } from '../../src/report/index.ts';
import { analysisOf, plain } from './analyses.ts';
import { add, readTable } from './read-table.ts';
import { everyNetwork } from '../networks.ts';

const names = everyNetwork;
const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length));

test.each(names)('%s fits, and every row is there to the last digit', async (name) => {
  for (const [batch, widths] of [
    [1, [100, 240]],
    [128, [80, 132]],
  ] as const) {
    const analysis = analysisOf(name, batch);
    for (const width of widths) {
      const text = await reportInspect(analysis, plain({ width }));
      expect(widest(text)).toBeLessThanOrEqual(width);
      const { layers, total } = readTable(text);
      expect(layers.map(({ params }) => params)).toEqual(analysis.layers.map(({ params }) => params));
      expect(layers.map(({ macs }) => macs)).toEqual(analysis.layers.map(({ macs }) => macs));
      expect(total.params).toBe(analysis.totals.params);
      expect(add(layers, 'macs')).toBe(analysis.totals.macs);
    }
  }
});

test.each(names)(
  '%s fits in 80 columns with each block collapsed and with some layers hidden',
  async (name) => {
    const analysis = analysisOf(name, 128);
    for (const options of [
      { depth: 1 },
      { depth: 2 },
      { only: ['conv', 'linear'] },
      { only: ['pool'], depth: 1 },
    ]) {
      expect(widest(await reportInspect(analysis, plain(options)))).toBeLessThanOrEqual(80);
    }
  },
);

test('comparisons fit, however many networks', async () => {
  const analyses = names.map((name) => analysisOf(name, 128));
  for (const width of [80, 120, 200]) {
    const text = await reportCompare(analyses, plain({ width }));
    expect(widest(text)).toBeLessThanOrEqual(width);
    for (const { totals } of analyses) expect(text).toContain(totals.params.toLocaleString('en-US'));
  }
});

test('a name that has no room loses its beginning, a number never a digit', async () => {
  const analysis = analysisOf('vgg11', 128);
  const path = `${'a-very-long-name-of-a-block'.repeat(4)}.conv1`;
  const layers = [{ ...analysis.layers[0]!, path }, ...analysis.layers.slice(1)];
  const text = await reportInspect({ ...analysis, layers }, plain({ only: ['conv'] }));
  expect(widest(text)).toBeLessThanOrEqual(80);
  expect(text).toMatch(/^….*\.conv1 /m);
  expect(add(readTable(text).layers, 'params')).toBe(9_219_328);
});

test('wider terminals show more', async () => {
  const analysis = analysisOf('torchvision/mobilenet_v2');
  const heads = await Promise.all(
    [80, 120, 160, 240].map(async (width) => {
      const text = await reportInspect(analysis, plain({ width }));
      return text.split('\n').find((line) => line.startsWith('layer '))!;
    }),
  );
  const counts = heads.map((head) => head.split(/ {2,}/).length);
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(heads.at(-1)).toContain('attributes');
  expect(heads.at(-1)).toContain('FLOPs');
});
