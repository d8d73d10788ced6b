import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { macros } from '../../../src/arch/spec/macros/registry.ts';
import { analyzeSpec, fixture, refusal, wiring, withLayers } from './analyze-spec.ts';

const documentation = readFileSync(new URL('../../../docs/spec.md', import.meta.url), 'utf8');
const fixtures = ['branches.yaml', 'resnet18.yaml', 'tiny-vgg.yaml', 'vgg11.json'].map(fixture).join('\n');

describe('every macro', () => {
  test.each([...macros.keys()])('%s stands in the documentation and in a fixture', (name) => {
    expect(documentation).toContain(`### \`${name}\``);
    expect(fixtures).toMatch(new RegExp(`\\b${name}"?:`));
  });
});

describe('vgg_block', () => {
  test('is convolutions that keep the size and a pool that halves it', () => {
    const { layers } = analyzeSpec(
      withLayers('  - vgg_block: {convs: 2, out_channels: 8, pointwise: true}\n'),
    );
    expect(layers.map(({ path, outputShape }) => `${path} ${outputShape.join('x')}`)).toEqual([
      'block1.conv1 1x8x16x16',
      'block1.relu1 1x8x16x16',
      'block1.conv2 1x8x16x16',
      'block1.relu2 1x8x16x16',
      'block1.conv3 1x8x16x16',
      'block1.relu3 1x8x16x16',
      'block1.pool 1x8x8x8',
    ]);
    expect(layers[4]!.attributes).toMatchObject({ kernel_size: [1, 1], padding: [0, 0] });
  });

  test.each([
    ['vgg_block', 'net.yaml:3:5: block1: vgg_block needs convs (add convs)'],
    ['vgg_block: {convs: 1}', 'net.yaml:3:5: block1: vgg_block needs out_channels'],
    [
      'vgg_block: {convs: 0, out_channels: 8}',
      'net.yaml:3:24: block1: vgg_block: convs must be at least 1, not',
    ],
    [
      'vgg_block: {convs: 1, out_chanels: 8}',
      "net.yaml:3:27: vgg_block has no argument 'out_chanels' (did you mean out_channels?)",
    ],
    [
      'vgg_block: [1, 8]',
      'net.yaml:3:16: what follows vgg_block must be its arguments by name, as in {convs: …}',
    ],
    ['vgg_block: {convs: 2000000, out_channels: 8}', 'more than 100000 layers'],
  ])('%j is refused', (layer, line) => expect(refusal(withLayers(`  - ${layer}\n`))).toContain(line));
});

describe('residual', () => {
  const body = 'body: [conv2d: {out_channels: 4, kernel_size: 3, padding: 1}]';

  test.each([[`{${body}}`], [`{${body}, shortcut: []}`]])('%s adds its input', (residual) => {
    expect(wiring(withLayers(`  - relu\n  - residual: ${residual}\n`)).slice(1)).toEqual([
      'residual1.body.conv1 ← relu1',
      'residual1.add ← residual1.body.conv1 relu1',
    ]);
  });

  test('adds its shortcut', () => {
    const shortcut = 'shortcut: [conv2d: {out_channels: 4, kernel_size: 1}]';
    expect(wiring(withLayers(`  - relu\n  - residual: {${body}, ${shortcut}}\n  - relu\n`)).slice(1)).toEqual(
      [
        'residual1.body.conv1 ← relu1',
        'residual1.shortcut.conv1 ← relu1',
        'residual1.add ← residual1.body.conv1 residual1.shortcut.conv1',
        'relu2 ← residual1.add',
      ],
    );
  });

  test.each([
    ['residual', 'net.yaml:3:5: residual needs body (add body)'],
    ['residual: {body: []}', 'net.yaml:3:22: the body of residual must be a list of at least one layer'],
    ['residual: {body: relu}', 'net.yaml:3:22: the body of residual must be a list of layers'],
    [
      'residual: {body: [relu], shortcut: identity}',
      'net.yaml:3:40: the shortcut of residual must be a list of layers',
    ],
    [
      'residual: {body: [{conv2d: {out_channels: 8, kernel_size: 1}}]}',
      'net.yaml:3:5: residual1.add: add cannot join 1×8×16×16 and 1×4×16×16',
    ],
  ])('%j is refused', (layer, line) => expect(refusal(withLayers(`  - ${layer}\n`))).toContain(line));
});

describe('branches', () => {
  test.each([
    'concat: [[relu], [tanh], []]',
    'concat: {branches: [[relu], [tanh], []]}',
    'concat: {branches: [[relu], [tanh], []], dim: 1}',
  ])('%s', (layer) => {
    expect(wiring(withLayers(`  - sigmoid\n  - ${layer}\n`)).slice(1)).toEqual([
      'concat1.branch1.relu1 ← sigmoid1',
      'concat1.branch2.tanh1 ← sigmoid1',
      'concat1.concat ← concat1.branch1.relu1 concat1.branch2.tanh1 sigmoid1',
    ]);
  });

  test.each([
    ['concat', [1, 8, 16, 16]],
    ['add', [1, 4, 16, 16]],
    ['mul', [1, 4, 16, 16]],
  ])('%s joins', (join, shape) => {
    expect(analyzeSpec(withLayers(`  - ${join}: [[relu], []]\n`)).layers.at(-1)!.outputShape).toEqual(shape);
  });

  test('along another dimension', () => {
    const { layers } = analyzeSpec(withLayers('  - concat: {branches: [[relu], []], dim: -1}\n'));
    expect(layers.at(-1)!.outputShape).toEqual([1, 4, 16, 32]);
  });

  test.each([
    ['concat: {branches: relu}', 'net.yaml:3:24: the branches of concat must be a list of lists of layers'],
    ['concat: [relu, tanh]', 'net.yaml:3:14: branch 1 of concat must be a list of layers'],
    [
      'concat: {branches: [[relu], []], dmi: 1}',
      "net.yaml:3:38: concat has no argument 'dmi' (did you mean dim?)",
    ],
    [
      'concat: {branches: [[relu], []], dim: 1.5}',
      'net.yaml:3:43: concat1.concat: concat: dim must be a whole number',
    ],
    ['concat: [[relu], [{maxpool2d: {kernel_size: 2}}]]', 'net.yaml:3:5: concat1.concat: concat cannot join'],
    ['relu: [[tanh]]', 'net.yaml:3:11: what follows relu must be'],
    ['add: []', 'add takes two or more inputs, not 0'],
  ])('%j is refused', (layer, line) => expect(refusal(withLayers(`  - ${layer}\n`))).toContain(line));
});

describe('repeat', () => {
  test('is its layers written several times', () => {
    expect(
      wiring(
        withLayers(
          '  - repeat: {times: 2, layers: [relu, vgg_block: {convs: 1, out_channels: 4}]}\n  - relu\n',
        ),
      ),
    ).toEqual(
      wiring(
        withLayers(
          '  - relu\n  - vgg_block: {convs: 1, out_channels: 4}\n  - relu\n  - vgg_block: {convs: 1, out_channels: 4}\n  - relu\n',
        ),
      ),
    );
  });

  test.each([
    ['repeat: {layers: [relu]}', 'net.yaml:3:5: repeat needs times'],
    ['repeat: {times: 2}', 'net.yaml:3:5: repeat needs layers'],
    ['repeat: {times: 0, layers: [relu]}', 'net.yaml:3:21: times of repeat must be a whole number from 1'],
    ['repeat: {times: 1.5, layers: [relu]}', 'net.yaml:3:21: times of repeat must be a whole number from 1'],
    [
      'repeat: {times: 2, layers: []}',
      'net.yaml:3:32: the layers of repeat must be a list of at least one layer',
    ],
    ['repeat: {times: 2, layers: [{relu: {}, name: a}]}', "two layers are called 'a'"],
    ['repeat: {times: 2147483647, layers: [relu]}', 'more than 100000 layers'],
    ['repeat: {times: 60000, layers: [repeat: {times: 60000, layers: [relu]}]}', 'more than 100000 layers'],
  ])('%j is refused', (layer, line) => expect(refusal(withLayers(`  - ${layer}\n`))).toContain(line));
});

describe('block', () => {
  test.each(['block: {name: stem, layers: [relu]}', 'block: {layers: [relu]}\n    name: stem'])(
    '%j names its layers',
    (layer) => {
      expect(wiring(withLayers(`  - ${layer}\n`))).toEqual(['stem.relu1 ← @input']);
    },
  );

  test('needs layers', () => {
    expect(refusal(withLayers('  - block: {name: a}\n'))).toContain('net.yaml:3:5: block needs layers');
  });
});
