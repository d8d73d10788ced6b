import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { parseSpec } from '../../src/arch/spec/spec.ts';
import { VggError } from '../../src/core/errors/error.ts';
import { resolve } from '../../src/graph/resolve.ts';

const lineOf = (text: string) => {
  try {
    const graph = parseSpec(text, 'net.yaml');
    resolve(graph, [2, ...graph.inputs[0].shape]);
  } catch (error) {
    if (error instanceof VggError) return error.line;
    throw error;
  }
  return undefined;
};

describe('a layer of several results', () => {
  const halves = `
input: [6, 4, 4]
layers:
  - conv2d: {out_channels: 5, kernel_size: 1}
  - chunk: {chunks: 2, dim: 1}
    name: halves
  - block: {layers: [relu]}
    name: inner
    from: halves:1
  - concat: {}
    from: [inner, halves]
`;
  test('has each of them read by its number', () => {
    const graph = parseSpec(halves, 'net.yaml');
    const { layers } = analyze(graph);
    expect(layers.map(({ path, inputs }) => [path, ...inputs])).toEqual([
      ['conv1', '@input'],
      ['halves', 'conv1'],
      ['inner.relu1', 'halves:1'],
      ['concat1', 'inner.relu1', 'halves'],
    ]);
    expect(layers.map(({ outputShape }) => outputShape[1])).toEqual([5, 3, 2, 5]);
  });

  test('may be an output of the network', () => {
    const text =
      'input: [6]\noutputs: [s:1, s]\nlayers:\n  - split: {split_size_or_sections: [2, 4], dim: 1}\n    name: s\n';
    expect(analyze(parseSpec(text, 'net.yaml'), { input: [3, 6] }).outputs).toEqual([
      { name: 's:1', shape: [3, 4] },
      { name: 's', shape: [3, 2] },
    ]);
  });

  test('has no others than it gives', () => {
    expect(lineOf(halves.replace('halves:1', 'halves:2'))).toBe(
      "net.yaml:7:22: inner.relu1: 'halves:2' is asked for, and 'halves' gives 2 results (the first is `name`, the second `name:1`)",
    );
    expect(lineOf(halves.replace('halves:1', 'conv1:1'))).toContain("'conv1' gives one result");
  });
});

describe('a parameter', () => {
  test('stands beside the chain, and is named like its layer', () => {
    const graph = parseSpec(
      `
input: [3, 4, 4]
layers:
  - conv2d: {out_channels: 5, kernel_size: 1}
  - parameter: {shape: [5, 1, 1], value: 0.1}
    name: scale
  - relu
  - mul: {}
    from: [relu1, scale]
`,
      'net.yaml',
    );
    const { layers, totals } = analyze(graph);
    expect(layers.map(({ path, inputs }) => [path, ...inputs])).toEqual([
      ['conv1', '@input'],
      ['scale'],
      ['relu1', 'conv1'],
      ['mul1', 'relu1', 'scale'],
    ]);
    expect(layers[1]!.weights).toEqual([{ name: '', shape: [5, 1, 1] }]);
    expect(totals.params).toBe(3 * 5 + 5 + 5);
  });
});

describe('integers', () => {
  const text = (kind: string) => `
inputs:
  ids: {shape: [7], dtype: int64}
layers:
  - ${kind}
  - linear: {out_features: 2}
`;
  test('are embedded, and have no gradient', () => {
    const graph = parseSpec(text('embedding: {num_embeddings: 10, embedding_dim: 4}'), 'net.yaml');
    const { inputs, layers, totals } = analyze(graph);
    expect(inputs).toEqual([{ name: 'ids', shape: [1, 7], dtype: 'int64' }]);
    expect(layers.map(({ outputShape }) => outputShape)).toEqual([
      [1, 7, 4],
      [1, 7, 2],
    ]);
    expect(totals).toMatchObject({ params: 40 + 10, macs: 56, backwardMacs: 112 });
  });

  test('are refused by layers that compute with floats, and floats by those that look up', () => {
    expect(lineOf(text('relu'))).toBe(
      'net.yaml:5:5: relu1: relu takes float, but int64 comes in (embed or compute with the integers first)',
    );
    const floats = text('embedding: {num_embeddings: 10, embedding_dim: 4}').replace(', dtype: int64', '');
    expect(lineOf(floats)).toContain('embedding takes int64, but float comes in');
  });
});
