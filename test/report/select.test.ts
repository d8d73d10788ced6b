import { expect, test } from 'vitest';
import { reportInspect } from '../../src/report/index.ts';
import { analysisOf, plain } from './analyses.ts';
import { add, readTable } from './read-table.ts';

const vgg11 = analysisOf('vgg11');

test('--only conv,linear lists the eleven weight layers, and the totals stay', async () => {
  const text = await reportInspect(vgg11, plain({ only: ['conv', 'linear'] }));
  const { layers, blocks, total } = readTable(text);
  expect(layers).toHaveLength(11);
  expect(blocks).toHaveLength(0);
  expect(layers[0]!.name).toBe('block1.conv1');
  expect(total.params).toBe(128_806_154);
  expect(text).toContain('11 of 29 layers; --only conv,linear hides 18');
});

test.each([
  ['conv2d', 8],
  ['conv', 8],
  ['fc', 3],
  ['linear', 3],
  ['pool', 5],
  ['maxpool2d', 5],
  ['norm', 0],
])('--only %s shows %i layers', async (name, count) => {
  const text = await reportInspect(vgg11, plain({ only: [name] }));
  expect(readTable(text).layers).toHaveLength(count);
  const json = JSON.parse(await reportInspect(vgg11, plain({ format: 'json', only: [name] }))) as {
    layers: unknown[];
    totals: { params: number };
  };
  expect(json.layers).toHaveLength(count);
  expect(json.totals.params).toBe(128_806_154);
  const csv = await reportInspect(vgg11, plain({ format: 'csv', only: [name] }));
  expect(csv.trimEnd().split('\r\n')).toHaveLength(count + 1);
});

test.each(['table', 'json', 'markdown', 'csv'] as const)(
  'a misspelled --only is an error in %s',
  async (format) => {
    await expect(reportInspect(vgg11, plain({ format, only: ['conv', 'linaer'] }))).rejects.toMatchObject({
      code: 'unknown-layer-filter',
      hint: 'did you mean linear?',
    });
    await expect(reportInspect(vgg11, plain({ format, only: ['__proto__'] }))).rejects.toMatchObject({
      code: 'unknown-layer-filter',
    });
  },
);

test('--depth 1 shows each block as one row that counts all of it', async () => {
  const { layers, total } = readTable(await reportInspect(vgg11, plain({ depth: 1 })));
  expect(layers.map(({ name }) => name)).toEqual(
    'block1 block2 block3 block4 block5 flatten fc1 relu1 drop1 fc2 relu2 drop2 fc3'.split(' '),
  );
  expect(add(layers, 'params')).toBe(total.params);
  expect(add(layers, 'macs')).toBe(total.macs);
});

test('--depth cuts the tree at each level, and rows still add up', async () => {
  const googlenet = analysisOf('torchvision/googlenet');
  const counts = await Promise.all(
    [1, 2, 3, 4, 5].map(async (depth) => {
      const { layers, total } = readTable(await reportInspect(googlenet, plain({ depth })));
      expect(add(layers, 'params')).toBe(total.params);
      expect(add(layers, 'macs')).toBe(total.macs);
      return layers.length;
    }),
  );
  expect(counts).toEqual([...counts].sort((a, b) => a - b));
  expect(new Set(counts).size).toBeGreaterThan(2);
  expect(counts.at(-1)).toBe(googlenet.layers.length);
});

test('in JSON, --depth adds the blocks and leaves the layers', async () => {
  const json = JSON.parse(await reportInspect(vgg11, plain({ format: 'json', depth: 1 }))) as {
    layers: unknown[];
    blocks: { path: string; layers: number; params: number; outputShape: number[] }[];
  };
  expect(json.layers).toHaveLength(29);
  expect(json.blocks).toHaveLength(5);
  expect(json.blocks[4]).toMatchObject({
    path: 'block5',
    layers: 5,
    params: 4_719_616,
    outputShape: [1, 512, 7, 7],
  });
});

test('--only with --depth keeps the blocks that hold such a layer', async () => {
  const { layers } = readTable(await reportInspect(vgg11, plain({ only: ['fc', 'pool'], depth: 1 })));
  expect(layers.map(({ name }) => name)).toEqual('block1 block2 block3 block4 block5 fc1 fc2 fc3'.split(' '));
});
