import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { VggError } from '../../../src/core/errors/error.ts';
import { inMemory } from '../../../src/core/random-access.ts';
import { readPt2 } from '../../../src/read/pt2/read.ts';
import { zipFile } from '../zip/zip-file.ts';

interface Recorded {
  readonly model: object;
  readonly params: number;
  readonly buffers: number;
  readonly output: readonly number[];
}

const folder = new URL('../../../fixtures/pt2/', import.meta.url);
const names = readdirSync(folder);
const recorded = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recorded;
const archive = (text: string) =>
  zipFile([{ name: 'net/models/model.json', bytes: new TextEncoder().encode(text) }]);
const read = (text: string, asked = {}) => readPt2(inMemory(archive(text)), 'net', asked);
const codeOf = (text: string, asked = {}): string => {
  try {
    read(text, asked);
  } catch (error) {
    if (error instanceof VggError) return error.code;
    throw error;
  }
  return 'none';
};

describe('programs give what PyTorch counts', () => {
  test.each(names)('%s', (name) => {
    const { model, params, buffers, output } = recorded(name);
    const graph = read(JSON.stringify(model));
    const { totals, layers } = analyze(graph, { input: [2, ...graph.inputs[0].shape] });
    expect([totals.params, totals.buffers]).toEqual([params, buffers]);
    expect(layers.find(({ path }) => path === graph.outputs[0])?.outputShape).toEqual(output);
  });
});

test('an open batch stays open, and layers are called by their modules', () => {
  const graph = read(JSON.stringify(recorded('residual-open-train.json').model));
  expect(graph.nodes.map(({ path }) => path)).toEqual([
    'conv1',
    'bn1',
    'relu',
    'conv2',
    'add',
    'relu_1',
    'pool',
    'flatten',
    'drop',
    'fc',
  ]);
  expect(analyze(graph, { input: [5, 3, 8, 8] }).layers.at(-1)?.outputShape).toEqual([5, 10]);
});

test('a program of eval() keeps its normalizations there', () => {
  const graph = read(JSON.stringify(recorded('residual-open-eval.json').model));
  expect(graph.nodes.find(({ path }) => path === 'bn1')?.inEval).toBe(true);
  expect(graph.nodes.some(({ kind }) => kind === 'dropout')).toBe(false);
});

describe('refuses', () => {
  const text = JSON.stringify(recorded('residual-fixed-train.json').model);

  test('operators that it does not know, by their names and modules', () => {
    expect(() => read(text.replace('aten.max_pool2d.default', 'aten.mystery.default'))).toThrow(
      'aten.mystery.default is not read',
    );
  });

  test('shapes that are not what the layers give', () => {
    expect(codeOf(text.replace('"as_ints":[1,1]', '"as_ints":[2,2]'))).toBe('pt2-bad-node');
  });

  test('arguments of an operator, and types of tensors, that are not known', () => {
    expect(codeOf(text.replace('"name":"eps"', '"name":"epsilon"'))).toBe('pt2-unknown-operator');
    expect(codeOf(text.replaceAll('"dtype":7', '"dtype":99'))).toBe('pt2-damaged');
  });

  test('sizes that it was not exported for', () => {
    const file = inMemory(archive(text));
    const asked = (sizes: readonly number[]) => () =>
      readPt2(file, 'net', { input: [{ text: sizes.join('x'), sizes }] });
    const { shape } = readPt2(file, 'net').inputs[0];
    expect(asked([2, ...shape])).not.toThrow();
    expect(asked([2, ...shape.slice(0, -1), shape.at(-1)! + 32])).toThrow('was exported with the sizes');
  });

  test('a batch beyond the range that it was exported with', () => {
    const open = JSON.stringify(recorded('residual-open-train.json').model);
    const ranged = open.replace(/"max_val":[^,}]+/, '"max_val":16');
    expect(ranged).not.toBe(open);
    expect(codeOf(ranged, { batch: 16 })).toBe('none');
    expect(codeOf(ranged, { batch: 17 })).toBe('pt2-input');
  });

  test('other versions, other archives', () => {
    expect(codeOf(text.replace('"major":8', '"major":9'))).toBe('pt2-version');
    expect(codeOf('{}')).toBe('pt2-damaged');
    expect(codeOf('['.repeat(100_000))).toBe('pt2-damaged');
  });
});

test('damaged files are errors or networks, never crashes', () => {
  const text = JSON.stringify(recorded('residual-open-train.json').model);
  // A generator of its own, so that a failure can be repeated.
  let seed = 7;
  const random = (limit: number) => (seed = (seed * 48_271) % 2_147_483_647) % limit;
  const hostile = ['null', '-1', '9223372036854775807', '1e308', '"constructor"', '[]', '{}', 'true'];
  for (let round = 0; round < 400; round++) {
    const at = random(text.length);
    const mutated =
      round % 3 === 0
        ? text.slice(0, at)
        : round % 3 === 1
          ? text.slice(0, at) + String.fromCharCode(32 + random(95)) + text.slice(at + 1)
          : text.slice(0, at) +
            text.slice(at).replace(/\d+|true|"\w+"(?!:)/, hostile[random(hostile.length)]!);
    expect(typeof codeOf(mutated)).toBe('string');
    const bytes = archive(text);
    bytes[random(bytes.length)]! ^= 1 << random(8);
    try {
      readPt2(inMemory(bytes.subarray(0, bytes.length - random(3))), 'net');
    } catch (error) {
      if (!(error instanceof VggError)) throw error;
    }
  }
});
