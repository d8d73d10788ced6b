import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { inputShapes } from '../../../src/analysis/options/input-options.ts';
import { parseSpec } from '../../../src/arch/spec/spec.ts';
import { inputSize } from '../../../src/core/options/values.ts';
import { refusal } from '../refusal.ts';

const branch = (name: string, from: string, shared?: string) => `
  - block:
      name: ${name}
      layers:
        - conv2d: {out_channels: 64, kernel_size: 10}
${shared ? `          shares_weights_of: ${shared}.conv1\n` : ''}        - maxpool2d: {kernel_size: 2}
        - relu
        - flatten
        - linear: {out_features: 1}
${shared ? `          shares_weights_of: ${shared}.fc1\n` : ''}        - sigmoid
    from: ${from}`;

const siamese = parseSpec(
  `name: siamese
inputs: {one: [3, 29, 29], other: [3, 29, 29]}
layers:${branch('left', 'one')}${branch('right', 'other', 'left')}
  - add: {}
    from: [left, right]
`,
  'siamese.yaml',
);

describe('a network of two inputs', () => {
  test('counts shared weights once and the products of both branches', () => {
    const { totals, inputs, outputs, input } = analyze(siamese);
    expect(totals).toMatchObject({ params: 25_665, macs: 15_372_800 });
    expect(inputs).toEqual([
      { name: 'one', shape: [1, 3, 29, 29], dtype: 'float32' },
      { name: 'other', shape: [1, 3, 29, 29], dtype: 'float32' },
    ]);
    expect(input).toEqual({ shape: [1, 3, 29, 29], dtype: 'float32' });
    expect(outputs).toEqual([{ name: 'add1', shape: [1, 1] }]);
  });

  test('holds both in memory', () => {
    const { memory } = analyze(siamese, {
      inputs: [
        [8, 3, 29, 29],
        [8, 3, 29, 29],
      ],
    });
    // 8×3×29×29 floats, in blocks of 512 bytes, and eight labels.
    expect(memory.training!.inputs).toBe(2 * 80_896 + 512);
  });
});

describe('--input', () => {
  const shapes = (given: readonly string[], batch?: number) =>
    inputShapes(siamese, { input: given.map(inputSize), ...(batch !== undefined && { batch }) });

  test('goes by the order of the inputs, or by their names', () => {
    expect(shapes(['3x40x40', '3x50x50'])).toEqual([
      [1, 3, 40, 40],
      [1, 3, 50, 50],
    ]);
    expect(shapes(['other=3x50x50', '3x40x40'])).toEqual([
      [1, 3, 40, 40],
      [1, 3, 50, 50],
    ]);
    expect(shapes(['other=float:3x50x50'])).toEqual([
      [1, 3, 29, 29],
      [1, 3, 50, 50],
    ]);
  });

  test('gives every input the batch that one of them names', () => {
    expect(shapes(['other=4x3x29x29'])).toEqual([
      [4, 3, 29, 29],
      [4, 3, 29, 29],
    ]);
    expect(shapes(['other=4x3x29x29'], 4)).toEqual(shapes([], 4));
  });

  test.each([
    [['x=3x29x29'], undefined, "the network has no input 'x' (it takes one, other)"],
    [['othe=3x29x29'], undefined, "the network has no input 'othe' (did you mean other, one?)"],
    [['one=3x29x29', 'one=3x29x29'], undefined, '--input says twice what one is (give each input once)'],
    [
      ['3x29x29', '3x29x29', '3x29x29'],
      undefined,
      'there is one --input too many (the network takes one, other)',
    ],
    [['int64:3x29x29'], undefined, 'the input one is float, not int64 (leave the type out)'],
    [
      ['2x3x29x29', '4x3x29x29'],
      undefined,
      '--input with a batch of 2 and --input with a batch of 4 contradict each other (give one of them)',
    ],
    [['2x3x29x29'], 4, '--input with a batch of 2 and --batch 4 contradict each other (give one of them)'],
  ])('%j with batch %s is refused', (given, batch, line) => {
    expect(refusal(() => shapes(given, batch)).line).toBe(line);
  });

  test('says the sizes of inputs that are no images', () => {
    const text = parseSpec('inputs: {x: [128, 64]}\nlayers: [{linear: {out_features: 4}}]\n', 'text.yaml');
    expect(inputShapes(text, { input: [inputSize('32x64')] })).toEqual([[1, 32, 64]]);
    expect(inputShapes(text, { input: [inputSize('2x32x64')] })).toEqual([[2, 32, 64]]);
    expect(refusal(() => inputShapes(text, { input: [inputSize('64')] })).line).toBe(
      "--input '64' has 1 size (give 1x128x64, the batch first, or 128x64 with --batch N)",
    );
  });
});

describe('outputs', () => {
  const pyramid = `input: [3, 64, 64]
layers:
  - {conv2d: {out_channels: 16, kernel_size: 3, stride: 2, padding: 1}, name: c1}
  - {conv2d: {out_channels: 32, kernel_size: 3, stride: 2, padding: 1}, name: c2}
  - {conv2d: {out_channels: 8, kernel_size: 1}, name: p1, from: c1}
  - {conv2d: {out_channels: 8, kernel_size: 1}, name: p2, from: c2}
`;

  test('name what the network gives, the main one first, and all of them get gradients', () => {
    const one = analyze(parseSpec(pyramid, 'p.yaml'));
    const both = analyze(parseSpec(`outputs: [p2, p1]\n${pyramid}`, 'p.yaml'));
    expect(both.outputs).toEqual([
      { name: 'p2', shape: [1, 8, 16, 16] },
      { name: 'p1', shape: [1, 8, 32, 32] },
    ]);
    expect(one.warnings.map(({ code }) => code)).toEqual(['unread-layers']);
    expect(both.warnings).toEqual([]);
    // The gradients of p1's weight and input, 8×16 products for each of 32×32 pixels.
    expect(both.totals.backwardMacs - one.totals.backwardMacs).toBe(2 * 8 * 16 * 32 * 32);
  });
});
