import { readFile } from 'node:fs/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { architectures } from '../../src/arch/catalog.ts';
import { reportCompare, reportInspect } from '../../src/report/index.ts';
import { analysisOf, plain } from './analyses.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const read = async (name: string) =>
  JSON.parse(await readFile(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8')) as {
    [key: string]: Json;
  };
const analysisSchema = await read('analysis');
const comparisonSchema = await read('comparison');

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
  const get = (id: string) => ajv.getSchema(`urn:vgg-inspect:${id}:1`)!;
  return { analysis: get('analysis'), comparison: get('comparison') };
}

function expectValid(validate: ValidateFunction, text: string) {
  validate(JSON.parse(text));
  expect(validate.errors ?? []).toEqual([]);
}

const open = validators((schema) => schema);
const strict = validators(closed);

test.each(architectures.map(({ name }) => name))('the JSON of %s is as the schema says', async (name) => {
  const analysis = analysisOf(name);
  for (const options of [{}, { depth: 2 }, { only: ['conv'] }]) {
    const text = await reportInspect(analysis, plain({ format: 'json', ...options }));
    expectValid(open.analysis, text);
    expectValid(strict.analysis, text);
  }
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
  expect(open.analysis({ ...good, colour: 'green' })).toBe(true);
});
