import { describe, expect, test } from 'vitest';
import { reportCompare, reportInspect } from '../../src/report/index.ts';
import { analysisOf, plain } from './analyses.ts';
import { add, readTable } from './read-table.ts';

const fixture = (name: string) => new URL(`../../fixtures/reports/${name}`, import.meta.url).pathname;

/** Chains and branches, deep and flat, with much room and with none. `npx vitest run test/report -u` writes them again. */
const tables = [
  { name: 'vgg11', width: 80, batch: 1 },
  { name: 'vgg11', width: 120, batch: 1 },
  { name: 'alexnet', width: 80, batch: 128 },
  { name: 'torchvision/resnet18', width: 80, batch: 1 },
  { name: 'torchvision/googlenet', width: 80, batch: 128 },
  { name: 'torchvision/densenet121', width: 120, batch: 1 },
  { name: 'torchvision/mobilenet_v2', width: 200, batch: 1 },
];

describe('golden tables', () => {
  test.each(tables)('$name, $width columns, batch $batch', async ({ name, width, batch }) => {
    const analysis = analysisOf(name, batch);
    const text = await reportInspect(analysis, plain({ width }));
    const file = fixture(`${name.replace('/', '-')}-b${batch}-w${width}.txt`);
    await expect(text).toMatchFileSnapshot(file);

    const { layers, blocks, total } = readTable(text);
    expect(layers).toHaveLength(analysis.layers.length);
    expect(total).toMatchObject({ params: analysis.totals.params, macs: analysis.totals.macs });
    for (const column of ['params', 'macs'] as const) expect(add(layers, column)).toBe(total[column]);
    const outermost = [...layers, ...blocks].filter(({ indent }) => indent === 0);
    for (const column of ['params', 'macs'] as const) expect(add(outermost, column)).toBe(total[column]);
  });
});

test('golden markdown', async () => {
  const analysis = analysisOf('vgg11');
  const text = await reportInspect(analysis, plain({ format: 'markdown' }));
  await expect(text).toMatchFileSnapshot(fixture('vgg11.md'));
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  const rows = lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const number = (cell: string) => Number(cell.replaceAll(/[*,]/g, ''));
  const layers = rows.filter(([name]) => !name!.startsWith('**'));
  const total = rows.at(-1)!;
  expect(total[0]).toBe('**total**');
  expect(layers).toHaveLength(analysis.layers.length);
  for (const column of [5, 7]) {
    expect(layers.reduce((sum, row) => sum + number(row[column]!), 0)).toBe(number(total[column]!));
  }
  // Aligned in the source too: every line of the table is equally wide.
  expect(new Set(lines.map((line) => line.length)).size).toBe(1);
});

test('golden csv', async () => {
  const analysis = analysisOf('vgg11');
  const text = await reportInspect(analysis, plain({ format: 'csv' }));
  await expect(text).toMatchFileSnapshot(fixture('vgg11.csv'));
  const [head, ...records] = text.trimEnd().split('\r\n');
  const columns = head!.split(',');
  const added = (name: string) =>
    records.reduce((total, record) => total + Number(record.split(',')[columns.indexOf(name)]), 0);
  expect(records).toHaveLength(analysis.layers.length);
  expect(added('params')).toBe(analysis.totals.params);
  expect(added('trainable_params')).toBe(analysis.totals.trainableParams);
  expect(added('macs')).toBe(analysis.totals.macs);
  expect(added('flops')).toBe(analysis.totals.flops);
  expect(added('backward_macs')).toBe(analysis.totals.backwardMacs);
});

test.each(['table', 'markdown', 'csv'] as const)('golden comparison, %s', async (format) => {
  const analyses = ['alexnet', 'vgg11', 'torchvision/resnet18'].map((name) => analysisOf(name));
  const file = fixture(`compare.${{ table: 'txt', markdown: 'md', csv: 'csv' }[format]}`);
  await expect(await reportCompare(analyses, plain({ format }))).toMatchFileSnapshot(file);
});

test('the parts of a comparison add up to the whole', async () => {
  const analyses = ['alexnet', 'vgg11', 'torchvision/resnet18'].map((name) => analysisOf(name));
  const text = await reportCompare(analyses, plain({ format: 'json' }));
  const { comparison } = JSON.parse(text) as {
    comparison: { name: string; values: (number | null)[]; part: boolean }[];
  };
  const wholes = comparison.flatMap(({ name, part }, i) => {
    const after = comparison.slice(i + 1);
    const end = after.findIndex((quantity) => !quantity.part);
    const parts = after.slice(0, end === -1 ? undefined : end);
    return part || parts.length === 0 ? [] : [{ name, values: comparison[i]!.values, parts }];
  });
  expect(wholes.map(({ name }) => name)).toEqual([
    'parameters',
    'MACs',
    'FLOPs',
    'layer outputs',
    'kept for backward',
    'training memory',
  ]);
  for (const { values, parts } of wholes) {
    values.forEach((value, model) => {
      expect(parts.reduce((total, part) => total + part.values[model]!, 0)).toBe(value);
    });
  }
});
