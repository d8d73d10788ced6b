import { Ajv2020 } from 'ajv/dist/2020.js';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { specJsonSchema } from '../../../src/arch/spec/json-schema.ts';
import { fixture, withLayers } from './analyze-spec.ts';

const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false }).compile(
  specJsonSchema(),
);

test('the schema that ships is the one of these layer kinds and macros (vitest -u writes it)', async () => {
  const text = await format(JSON.stringify(specJsonSchema()), { parser: 'json', printWidth: 110 });
  await expect(text).toMatchFileSnapshot('../../../schema/spec.schema.json');
});

describe('the schema', () => {
  test.each(['branches.yaml', 'resnet18.yaml', 'tiny-vgg.yaml', 'vgg11.json'])('takes %s', (name) => {
    validate(parse(fixture(name)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test.each([
    ['relu'],
    ['relu:'],
    ['relu: {inplace: true}\n    name: a\n    from: [b, c]'],
    ['add: {}\n    from: [a, b]'],
    ['concat: [[relu], []]'],
    ['concat: {branches: [[relu], []], dim: 1}'],
  ])('takes %j', (layer) => expect(validate(parse(withLayers(`  - ${layer}\n`)))).toBe(true));

  test.each([
    ['rleu'],
    ['conv2d'],
    ['conv2d: {out_channels: 8}'],
    ['conv2d: {out_channels: 0, kernel_size: 3}'],
    ['conv2d: {out_chanels: 8, kernel_size: 3}'],
    ['conv2d: {out_channels: 8, kernel_size: 3}\n    nmae: a'],
    ['relu: {}\n    tanh: {}'],
    ['relu: {}\n    name: a.b'],
    ['residual: {shortcut: []}'],
    ['repeat: {times: 0, layers: [relu]}'],
    ['vgg_block: {convs: 1}'],
  ])('refuses %j', (layer) => expect(validate(parse(withLayers(`  - ${layer}\n`)))).toBe(false));

  test.each([
    'input: []\nlayers: [relu]',
    'input: [1, 8, 8]\ninputs: {a: [1, 8, 8]}\nlayers: [relu]',
    'inputs: {a: {dtype: int64}}\nlayers: [relu]',
    'input: [1, 8, 8]\noutputs: []\nlayers: [relu]',
    'layers: [relu]',
    'input: [1, 8, 8]',
    'input: [1, 8, 8]\nlayers: [relu]\nx: 1',
  ])('refuses %j', (text) => expect(validate(parse(text))).toBe(false));
});
