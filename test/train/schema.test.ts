import { readFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { json } from '../cli/fake-io.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The same schema, but every field must be described. */
function closed(schema: Json): Json {
  if (Array.isArray(schema)) return schema.map(closed);
  if (schema === null || typeof schema !== 'object') return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return schema['type'] === 'object' ? { ...inner, additionalProperties: false } : inner;
}

const schema = JSON.parse(
  await readFile(new URL('../../schema/training.schema.json', import.meta.url), 'utf8'),
) as Json;
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(closed(schema) as object);

const SMALL = 'fixtures/train/small-relu.yaml';
const quick = ['train', SMALL, '--data', 'synthetic', '--batch', '16', '--engine', 'wasm'];

test('the JSON of a training, of a check alone and of an evaluation is as the schema says', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vgg-schema-'));
  try {
    const results = [
      await json([...quick, '--limit', '40', '--epochs', '2', '--save', folder]),
      await json([...quick, '--epochs', '0', '--optimizer', 'adam']),
      await json([...quick, '--limit', '40', '--evaluate', folder]),
    ];
    for (const result of results) {
      validate(result);
      expect(validate.errors ?? []).toEqual([]);
    }
    expect(results[0].epochs).toHaveLength(2);
    expect(results[2]).toHaveProperty('testLoss');
    expect(validate({ ...results[0], engine: 'cuda' })).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
