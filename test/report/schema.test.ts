import { readFile } from 'node:fs/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { parseDevice } from '../../src/analysis/devices/parse-device.ts';
import { fit } from '../../src/analysis/fit/fit.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture } from '../../src/arch/catalog.ts';
import { reportCompare, reportFit, reportInspect } from '../../src/report/index.ts';
import { analysisOf, plain } from './analyses.ts';
import { everyNetwork } from '../networks.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const read = async (name: string) =>
  JSON.parse(await readFile(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8')) as {
    [key: string]: Json;
  };
const analysisSchema = await read('analysis');
const comparisonSchema = await read('comparison');
const fitSchema = await read('fit');

/** The same schema, but every field must be described: what we print and do not document is a mistake of ours. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema['type'] === 'object' && !('additionalProperties' in schema)
    ? { ...inner, additionalProperties: false }
    : inner;
}

function validators(change: (schema: Json) => Json) {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  ajv.addSchema(change(analysisSchema) as object);
  ajv.addSchema(change(comparisonSchema) as object);
  ajv.addSchema(change(fitSchema) as object);
  const get = (id: string) => ajv.getSchema(`urn:vgg-inspect:${id}:1`)!;
  return { analysis: get('analysis'), comparison: get('comparison'), fit: get('fit') };
}

function expectValid(validate: ValidateFunction, text: string) {
  validate(JSON.parse(text));
  expect(validate.errors ?? []).toEqual([]);
}

const open = validators((schema) => schema);
const strict = validators(closed);

test.each(everyNetwork)('the JSON of %s is as the schema says', async (name) => {
  const analysis = analysisOf(name);
  for (const options of [{}, { depth: 2 }, { only: ['conv'] }]) {
    const text = await reportInspect(analysis, plain({ format: 'json', ...options }));
    expectValid(open.analysis, text);
    expectValid(strict.analysis, text);
  }
});

const vgg11 = buildArchitecture(architecture('vgg11'));
const devices = ['rtx4060', 'a100-80', '3GiB'].map(parseDevice);

test('the JSON of memory and time in every detail is as the schema says', async () => {
  const analysis = analyze(vgg11, {
    dtype: 'amp',
    devices,
    memory: {
      optimizer: 'adam',
      checkpointing: 'block',
      parallel: { strategy: 'zero2', devices: 4 },
      timeline: true,
    },
  });
  expect(analysis.time).toHaveLength(2);
  const text = await reportInspect(analysis, plain({ format: 'json' }));
  expectValid(open.analysis, text);
  expectValid(strict.analysis, text);
});

test('the JSON of fit is as the schema says', async () => {
  const result = fit(vgg11, {
    devices,
    image: [1, 224, 224],
    batch: [1, 64],
    dtype: 'float32',
    memory: {},
    examples: 60_000,
  });
  const text = await reportFit(result, plain({ format: 'json' }));
  expectValid(open.fit, text);
  expectValid(strict.fit, text);
});

test('the JSON of a comparison is as the schema says', async () => {
  const analyses = ['alexnet', 'vgg11', 'torchvision/densenet121'].map((name) => analysisOf(name));
  const text = await reportCompare(analyses, plain({ format: 'json' }));
  expectValid(open.comparison, text);
  expectValid(strict.comparison, text);
});

test('the schema refuses what is no analysis', () => {
  const good = JSON.parse(JSON.stringify(analysisOf('vgg11'))) as Analysis;
  expect(open.analysis(good)).toBe(true);
  const { totals: _totals, ...withoutTotals } = good;
  const bad: unknown[] = [
    withoutTotals,
    { ...good, schemaVersion: 2 },
    { ...good, totals: { ...good.totals, macs: 0.5 } },
    { ...good, totals: { ...good.totals, params: 2 ** 53 } },
    { ...good, layers: [{ ...good.layers[0], outputShape: [1, 0] }] },
    { ...good, layers: [{ ...good.layers[0], family: 'convolution' }] },
    { ...good, input: { ...good.input, dtype: 'float64' } },
  ];
  for (const value of bad) expect(open.analysis(value)).toBe(false);
  // Others may add fields, so readers must bear them.
  expect(open.analysis({ ...good, color: 'green' })).toBe(true);
});
