import { describe, expect, test } from 'vitest';
import type { Analysis, LayerAnalysis } from '../../src/analysis/analysis.ts';
import { isLayable } from '../../src/draw/layout.ts';
import { lanes } from '../../src/draw/lanes.ts';
import { graph } from '../../src/draw/styles/graph.ts';
import { withRepeats } from '../../src/draw/repeats.ts';
import { fold } from '../../src/draw/units.ts';
import { shownBefore } from '../../src/draw/visible.ts';
import { everyNetwork } from '../networks.ts';
import { analysisOf } from '../report/analyses.ts';

/** A network of ReLUs that read each other as told. */
function chain(...layers: readonly (readonly [path: string, ...inputs: string[]])[]): Analysis {
  const like = analysisOf('lenet');
  const relu = like.layers.find(({ family }) => family === 'activation')!;
  return {
    ...like,
    layers: layers.map(([path, ...inputs]): LayerAnalysis => ({ ...relu, path, inputs })),
    outputs: [{ name: layers.at(-1)![0], shape: [1, 1] }],
  };
}

const told = (analysis: Analysis, depth: number) =>
  fold(analysis, depth).units.map(({ id, inputs }) => `${id} < ${inputs.join(' ')}`);

describe('fold', () => {
  test('blocks read what their layers read outside', () => {
    const analysis = chain(['a.x', '@input'], ['a.y', 'a.x'], ['b', 'a.y', 'a.x'], ['c', 'b', '@input']);
    expect(told(analysis, 1)).toEqual(['a < @input', 'b < a', 'c < b @input']);
    expect(told(analysis, 2)).toEqual(['a.x < @input', 'a.y < a.x', 'b < a.y a.x', 'c < b @input']);
  });

  test('a block that reads what reads it is drawn in runs', () => {
    const analysis = chain(['a.x', '@input'], ['b', 'a.x'], ['a.y', 'b'], ['c', 'a.y']);
    expect(told(analysis, 1)).toEqual(
      ['a.x < @input', 'b < a', 'a#2 < b', 'c < a#2'].map((line) => line.replace('a.x <', 'a <')),
    );
  });

  test('a block that later layers of another interrupt follows what it reads', () => {
    const analysis = chain(['a.x', '@input'], ['b.x', '@input'], ['b.y', 'b.x'], ['a.y', 'a.x', 'b.y']);
    expect(told(analysis, 1)).toEqual(['b < @input', 'a < @input b']);
  });

  test.each(everyNetwork)('%s: every layer is in one unit, at every depth', (name) => {
    const analysis = analysisOf(name);
    for (const depth of [1, 2, 3]) {
      const { units } = withRepeats(fold(analysis, depth));
      const paths = units.flatMap(({ members, equals = [] }) => [members, ...equals].flat());
      expect(paths.map(({ path }) => path).sort()).toEqual(analysis.layers.map(({ path }) => path).sort());
      const before = new Set<string>(analysis.inputs.map((input) => `@${input.name}`));
      for (const { id, inputs } of units) {
        expect(inputs.filter((input) => !before.has(input))).toEqual([]);
        before.add(id);
      }
    }
  });
});

describe('equal blocks', () => {
  const repeats = (name: string, depth: number) =>
    withRepeats(fold(analysisOf(name), depth))
      .units.filter(({ times }) => times > 1)
      .map(({ name, until, times }) => `${name} – ${until} ×${times}`);

  test('of ResNet-50 and ViT', () => {
    expect(repeats('torchvision/resnet50', 2)).toEqual([
      'layer1.1 – layer1.2 ×2',
      'layer2.1 – layer2.3 ×3',
      'layer3.1 – layer3.5 ×5',
      'layer4.1 – layer4.2 ×2',
    ]);
    const layers = 'encoder.layers.encoder_layer_';
    expect(repeats('torchvision/vit_b_16', 3)).toEqual([`${layers}0 – ${layers}11 ×12`]);
  });

  test('that others read stay apart', () => {
    const block = (name: string, from: string) =>
      [
        [`${name}.x`, from],
        [`${name}.y`, `${name}.x`],
      ] as const;
    const [a, b, c] = [block('a', '@input'), block('b', 'a.y'), block('c', 'b.y')];
    const times = (analysis: Analysis) => withRepeats(fold(analysis, 1)).units.map((unit) => unit.times);
    expect(times(chain(...a, ...b, ...c))).toEqual([3]);
    expect(times(chain(...a, ...b, ...c, ['d', 'c.y', 'b.y']))).toEqual([2, 1, 1]);
  });
});

describe('a graph too large to lay out is refused', () => {
  test('for its boxes', () => {
    const edges = Array.from({ length: 999 }, (_, i) => [i, i + 1] as const);
    expect([isLayable(1000, edges), isLayable(1001, edges)]).toEqual([true, false]);
  });

  test('for its long lines', () => {
    const dense = analysisOf('torchvision/densenet121');
    expect(() => graph.draw(dense, 9)).toThrow(/^a graph of \d+ boxes/);
    expect(graph.draw(dense).marks.length).toBeGreaterThan(10);
  });
});

test('what is shown before a node is found through all that is not', () => {
  const nodes = [
    { id: 'a', inputs: ['@input'] },
    { id: 'b', inputs: ['a'] },
    { id: 'c', inputs: ['b', 'a'] },
    { id: 'd', inputs: ['c', '@input'] },
  ];
  const before = shownBefore(nodes, (id) => id === 'a');
  expect(before.get('d')).toEqual(['a', '@input']);
});

test('stretches that meet lie in lanes of their own', () => {
  const { lane, count } = lanes([
    { from: 0, to: 9 },
    { from: 1, to: 3 },
    { from: 4, to: 5 },
    { from: 2, to: 8 },
  ]);
  expect(lane).toEqual([2, 0, 0, 1]);
  expect(count).toBe(3);
});
