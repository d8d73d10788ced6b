import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { load } from '../../../src/arch/load.ts';
import { readSpec } from '../../../src/arch/spec/source.ts';
import { inMemory } from '../../../src/core/random-access.ts';
import { diff } from '../../../src/check/diff/diff.ts';
import { diffReport } from '../../../src/report/subjects/diff.ts';
import { writeReport } from '../../../src/report/write.ts';
import { analysisOf } from '../../report/analyses.ts';

const spec = (layers: string) =>
  analyze(
    load(readSpec(inMemory(new TextEncoder().encode(`input: [3, 16, 16]\nlayers:\n${layers}`)), 'net.yaml')),
  );

const plainNet = spec(`
  - conv2d: {out_channels: 8, kernel_size: 3, padding: 1}
  - relu
  - flatten
  - linear: {out_features: 10}
`);

test('a network and itself', () => {
  const result = diff(analysisOf('vgg11'), analysisOf('vgg11'));
  expect(result).toMatchObject({ same: true, layers: [], unchanged: 29 });
  expect(result.totals.every(({ before, after }) => before === after)).toBe(true);
});

test('what a layer takes with it adds up to the totals', () => {
  for (const [a, b] of [['vgg11', 'vgg13'], ['torchvision/resnet18', 'torchvision/resnet50'], ['lenet', 'alexnet']] as const) {
    const result = diff(analysisOf(a), analysisOf(b));
    const sum = (field: 'params' | 'macs') => result.layers.reduce((total, layer) => total + layer[field], 0);
    const total = (quantity: string) => {
      const { before, after } = result.totals.find((each) => each.quantity === quantity)!;
      return after - before;
    };
    expect(sum('params')).toBe(total('parameters'));
    expect(sum('macs')).toBe(total('MACs'));
  }
}); // prettier-ignore

describe('one change at a time', () => {
  const changes = (layers: string) => {
    const result = diff(plainNet, spec(layers));
    expect(result.same).toBe(false);
    return result.layers.map(({ how, before, after, fields }) => [
      how,
      before ?? after,
      ...fields.map((field) => `${field.field}: ${field.before} > ${field.after}`),
    ]);
  };

  test('an attribute, with all that follows from it', () => {
    expect(
      changes(`
  - conv2d: {out_channels: 8, kernel_size: 5, padding: 2}
  - relu
  - flatten
  - linear: {out_features: 10}
`),
    ).toEqual([
      [
        'changed',
        'conv1',
        'kernel_size: 3x3 > 5x5',
        'padding: 1x1 > 2x2',
        'params: 224 > 608',
        'MACs: 55296 > 153600',
      ],
    ]);
  });

  test('a layer put between others is one change, not one of what it feeds', () => {
    expect(
      changes(`
  - conv2d: {out_channels: 8, kernel_size: 3, padding: 1}
  - batchnorm2d
  - relu
  - flatten
  - linear: {out_features: 10}
`),
    ).toEqual([['added', 'bn1']]);
  });

  test('another name', () => {
    expect(
      changes(`
  - conv2d: {out_channels: 8, kernel_size: 3, padding: 1}
    name: stem
  - relu
  - flatten
  - linear: {out_features: 10}
`),
    ).toEqual([['renamed', 'conv1']]);
  });

  test('what is frozen', () => {
    expect(
      changes(`
  - conv2d: {out_channels: 8, kernel_size: 3, padding: 1}
    trainable: false
  - relu
  - flatten
  - linear: {out_features: 10}
`),
    ).toEqual([['changed', 'conv1', 'trainable params: 224 > 0']]);
  });
});

test('another way through the same layers', () => {
  const net = (second: string) =>
    spec(`
  - {conv2d: {out_channels: 8, kernel_size: 3, padding: 1}, name: a, from: input}
  - {conv2d: {out_channels: 8, kernel_size: 3, padding: 1}, name: b, from: input}
  - {relu: {}, name: r, from: ${second}}
  - {add: {}, name: s, from: [r, b]}
`);
  const { layers } = diff(net('a'), net('b'));
  expect(layers.map(({ after, fields }) => [after, fields])).toEqual([
    ['r', [{ field: 'inputs', before: 'a', after: 'b' }]],
  ]);
});

test('the JSON is as the schema says, and every format is written', async () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  for (const name of ['analysis', 'diff'])
    ajv.addSchema(
      JSON.parse(
        readFileSync(new URL(`../../../schema/${name}.schema.json`, import.meta.url), 'utf8'),
      ) as object,
    );
  const validate = ajv.getSchema('urn:vgg-inspect:diff:1')!;
  const report = diffReport(diff(analysisOf('vgg11'), analysisOf('alexnet')));
  void validate(JSON.parse(await writeReport(report, 'json', { width: 80, color: false })));
  expect(validate.errors ?? []).toEqual([]);
  const lines = (await writeReport(report, 'table', { width: 80, color: false })).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(await writeReport(report, 'csv', { width: 80, color: false })).toContain(
    'parameters,scalars,128806154,',
  );
});
