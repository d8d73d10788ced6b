import { describe, expect, test } from 'vitest';
import { refusal, wiring, withLayers } from './analyze-spec.ts';

const conv = 'conv2d: {out_channels: 4, kernel_size: 1}';

describe('names', () => {
  test('are numbered by the stem of their kind', () => {
    const spec = withLayers(
      `  - ${conv}\n  - relu\n  - ${conv}\n  - relu6\n  - flatten\n  - linear: {out_features: 2}\n`,
    );
    expect(wiring(spec)).toEqual([
      'conv1 ← @input',
      'relu1 ← conv1',
      'conv2 ← relu1',
      'relu2 ← conv2',
      'flatten1 ← relu2',
      'fc1 ← flatten1',
    ]);
  });

  test('leave out numbers that are given', () => {
    const spec = withLayers(
      '  - relu: {}\n    name: relu1\n  - relu\n  - relu: {}\n    name: relu4\n  - relu\n  - relu\n',
    );
    expect(wiring(spec).map((line) => line.split(' ')[0])).toEqual([
      'relu1',
      'relu2',
      'relu4',
      'relu3',
      'relu5',
    ]);
  });

  test('start again in every block', () => {
    const spec = withLayers(
      '  - block: {name: a, layers: [relu, block: {layers: [relu]}]}\n  - block: {layers: [relu]}\n  - relu\n',
    );
    expect(wiring(spec)).toEqual([
      'a.relu1 ← @input',
      'a.block1.relu1 ← a.relu1',
      'block1.relu1 ← a.block1.relu1',
      'relu1 ← block1.relu1',
    ]);
  });

  test('may be numbers', () => {
    expect(wiring(withLayers('  - relu: {}\n    name: 0\n  - relu: {}\n    name: 1\n    from: 0\n'))[1]).toBe(
      '1 ← 0',
    );
  });

  test.each([
    ['relu: {}\n    name: a.b', "net.yaml:4:11: name must be a word of letters, digits, _ and -, not 'a.b'"],
    [
      'relu: {}\n    name: [a]',
      'net.yaml:4:11: name must be a word of letters, digits, _ and -, not \'["a"]\'',
    ],
    ['relu: {}\n    name: ""', "net.yaml:4:11: name must be a word of letters, digits, _ and -, not ''"],
    [
      'relu: {}\n    name: true',
      "net.yaml:4:11: name must be a word of letters, digits, _ and -, not 'true'",
    ],
    [
      'relu: {}\n    name: a\n  - relu: {}\n    name: a',
      "net.yaml:5:5: two layers are called 'a' (give one of them another name)",
    ],
    [
      'block: {name: a, layers: [relu]}\n  - relu: {}\n    name: a',
      "net.yaml:4:5: two layers are called 'a' (give one of them another name)",
    ],
  ])('%j is refused', (layer, line) => expect(refusal(withLayers(`  - ${layer}\n`))).toBe(line));

  test('of ten thousand blocks within blocks do not fill the memory', () => {
    const name = 'n'.repeat(100);
    const nested = (depth: number): string =>
      depth === 0 ? 'relu' : `{block: {name: ${name}, layers: [${nested(depth - 1)}]}}`;
    expect(refusal(withLayers(`  - ${nested(20)}\n`))).toMatch(
      /^net.yaml:3:\d+: the names of the blocks .* more than 500/,
    );
  });
});

describe('from', () => {
  test('takes one name, several, or the input', () => {
    const spec = withLayers(
      '  - relu\n  - tanh: {}\n    from: input\n  - sigmoid: {}\n    from: "@input"\n  - add: {}\n    from: [relu1, tanh1, sigmoid1]\n',
    );
    expect(wiring(spec).slice(1)).toEqual([
      'tanh1 ← @input',
      'sigmoid1 ← @input',
      'add1 ← relu1 tanh1 sigmoid1',
    ]);
  });

  test('means the nearest layer of that name, then those of the blocks around', () => {
    const spec = withLayers(
      '  - relu\n  - tanh\n  - block:\n      name: a\n      layers:\n        - relu\n        - add: {}\n          from: [relu1, tanh1]\n',
    );
    expect(wiring(spec).at(-1)).toBe('a.add1 ← a.relu1 tanh1');
  });

  test('takes a block for what comes out of it, and a path into it', () => {
    const spec = withLayers(
      '  - vgg_block: {convs: 1, out_channels: 4}\n  - relu\n  - add: {}\n    from: [block1, relu1]\n  - tanh: {}\n    from: block1.conv1\n',
    );
    expect(wiring(spec).slice(-2)).toEqual(['add1 ← block1.pool relu1', 'tanh1 ← block1.conv1']);
  });

  test('moves a whole macro', () => {
    const spec = withLayers('  - relu\n  - tanh\n  - residual: {body: [sigmoid]}\n    from: relu1\n');
    expect(wiring(spec).slice(-2)).toEqual([
      'residual1.body.sigmoid1 ← relu1',
      'residual1.add ← residual1.body.sigmoid1 relu1',
    ]);
  });

  test.each([
    [
      'relu: {}\n    from: later\n  - relu: {}\n    name: later',
      "net.yaml:4:11: no layer called 'later' comes before this one",
    ],
    [
      'relu\n  - relu: {}\n    from: rleu1',
      "net.yaml:5:11: no layer called 'rleu1' comes before this one (did you mean relu1?)",
    ],
    ['relu: {}\n    from: relu1', "net.yaml:4:11: no layer called 'relu1' comes before this one"],
    [
      'relu: {}\n    from: []',
      "net.yaml:4:11: from must be the name of a layer or a list of names, not '[]'",
    ],
    ['relu: {}\n    from: {a: 1}', 'net.yaml:4:11: a reference must be the name of one layer'],
    ['add: {}\n    from: [input, [input]]', 'net.yaml:4:19: a reference must be the name of one layer'],
    [
      'block: {name: a, layers: [{relu: {}, from: a}]}',
      "net.yaml:3:48: no layer called 'a' comes before this one",
    ],
    ['relu\n  - relu: {}\n    from: [input, relu1]', 'net.yaml:4:5: relu2: relu takes one input, not 2'],
    [
      'residual: {body: [relu]}\n    from: [input, input]',
      'net.yaml:4:11: a reference must be the name of one layer',
    ],
    ['relu: {}\n    from: __proto__', "net.yaml:4:11: no layer called '__proto__' comes before this one"],
  ])('%j is refused', (layer, line) => expect(refusal(withLayers(`  - ${layer}\n`))).toContain(line));
});

describe('shares_weights_of', () => {
  const first = `${conv}\n    name: first\n  - `;
  test.each([
    [
      `${first}conv2d: {out_channels: 5, kernel_size: 1}\n    shares_weights_of: first`,
      'net.yaml:5:5: conv1: cannot share the weights of first: they are 4×4×1×1 and 4, here 5×4×1×1 and 5 is needed',
    ],
    [
      `${first}${conv}\n    shares_weights_of: frist`,
      "net.yaml:6:24: no layer called 'frist' comes before this one (did you mean first?)",
    ],
    [
      `${first}${conv}\n    shares_weights_of: input`,
      "net.yaml:5:5: conv1: no layer called '@input' comes before this one",
    ],
    [
      `split: {split_size_or_sections: 2, dim: 1}\n    name: first\n  - ${conv}\n    shares_weights_of: first:1`,
      "no layer called 'first:1' comes before this one",
    ],
    [
      `${first}residual: {body: [relu]}\n    shares_weights_of: first`,
      'net.yaml:6:5: shares_weights_of does not apply to residual (give it to the layers inside)',
    ],
  ])('%j is refused', (layer, line) => expect(refusal(withLayers(`  - ${layer}\n`))).toContain(line));
});
