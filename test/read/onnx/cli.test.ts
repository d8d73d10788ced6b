import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, expect, test } from 'vitest';
import { inspect, readOnnx } from '../../../src/library/index.ts';
import { runFake } from '../../cli/fake-io.ts';
import { encode, node } from './model.ts';

const cwd = mkdtempSync(join(tmpdir(), 'vgg-onnx-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const bytes = encode({
  inputs: { image: ['N', 3, 'height', 'width'] },
  weights: { 'conv.weight': [8, 3, 3, 3], 'head.weight': [10, 8], 'head.bias': [10] },
  stated: { odd: ['N', 10] },
  nodes: [
    node('Conv image,conv.weight > c', { pads: [1, 1, 1, 1] }),
    node('Relu c > r'),
    node('GlobalAveragePool r > p'),
    node('Flatten p > f'),
    node('Gemm f,head.weight,head.bias > g', { transB: 1 }),
    node('Odd g > odd', {}, { domain: 'com.example' }),
  ],
});
writeFileSync(join(cwd, 'small.onnx'), bytes);
const PARAMS = 8 * 27 + 90;

const schema = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../../schema/${name}.schema.json`, import.meta.url), 'utf8')) as object;
const ajv = new Ajv2020({ strict: true });
for (const name of ['analysis', 'comparison', 'fit']) ajv.addSchema(schema(name));

test('a file is inspected as a name is, and what is not counted is said', async () => {
  const { code, stdout, stderr } = await runFake(
    ['small.onnx', '--input', '3x16x16', '--batch', '4', '--json'],
    { cwd },
  );
  expect(code).toBe(0);
  expect(stderr).toBe(
    'warning: not counted are 1 × com.example.Odd: of these operators only the shapes are known\n',
  );
  const analysis: unknown = JSON.parse(stdout);
  expect(ajv.getSchema('urn:vgg-inspect:analysis:1')!(analysis)).toBe(true);
  expect(analysis).toMatchObject({
    model: { name: 'small', source: 'onnx', weightLayers: 2, storedBytes: { float32: 4 * PARAMS } },
    inputs: [{ name: 'image', shape: [4, 3, 16, 16] }],
    outputs: [{ shape: [4, 10] }],
    totals: { params: PARAMS, macs: 4 * (8 * 256 * 27 + 80) },
  });
});

test('an open size is asked for in one line', async () => {
  const { code, stdout, stderr } = await runFake(['small.onnx'], { cwd });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe(
    "error: small.onnx: the input 'image' leaves its size 'height' open: N×3×height×width " +
      '(say it, as in --input 1x3x224x224)\n',
  );
});

test('it is compared, fitted, and read from standard input', async () => {
  const size = ['--input', '3x16x16'];
  const compared = await runFake(['compare', 'small.onnx', 'small.onnx', ...size, '--json'], { cwd });
  expect({ code: compared.code, params: compared.stdout.includes(`${PARAMS}`) }).toEqual({
    code: 0,
    params: true,
  });
  const fitted = await runFake(['fit', 'small.onnx', '--device', '1GiB', ...size], { cwd });
  expect(fitted).toMatchObject({ code: 0, stderr: '' });
  const piped = await runFake(['-', ...size, '--assert', `params==${PARAMS}`], { cwd, stdin: bytes });
  expect(piped.code).toBe(0);
  expect(piped.stdout).toMatch(/^model · onnx/);
});

test('the library reads bytes', () => {
  const graph = readOnnx(bytes, 'mine', { inputs: { image: [1, 3, 16, 16] } });
  const { totals, model } = inspect(graph, { input: [2, 3, 16, 16] });
  expect({ params: totals.params, name: model.name }).toEqual({ params: PARAMS, name: 'mine' });
});
