import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { buildArchitecture, buildOptions } from '../../src/arch/architecture.ts';
import { architecture, architectures } from '../../src/arch/catalog.ts';
import { weightLayersDividedFirst } from '../../src/arch/d2l/vgg.ts';
import { thin } from '../../src/graph/thin.ts';
import { refusal } from '../arch/refusal.ts';

const convolutions = ({ layers }: Analysis) => layers.filter(({ kind }) => kind === 'conv2d');

/** Ratios that divide every width, and one that does not. */
const ratios: readonly (readonly [name: string, divides: readonly number[], fails: number])[] = [
  ['lenet', [2], 4],
  ['alexnet', [2, 4, 32], 64],
  ['nin', [2, 4, 32], 64],
  ['googlenet', [2, 4, 8], 16],
  ['resnet18', [2, 4, 64], 128],
  ['densenet', [2, 4, 8], 16],
  ['torchvision/alexnet', [2, 4, 64], 128],
  ['torchvision/squeezenet1_0', [2, 4, 16], 32],
  ['torchvision/resnet50', [2, 4, 64], 128],
  ['torchvision/googlenet', [2, 4, 8], 32],
  ['torchvision/inception_v3', [2, 4, 16], 32],
  ['torchvision/mobilenet_v2', [2, 4, 8], 16],
  ['torchvision/densenet121', [2, 4, 32], 64],
  ['torchvision/densenet161', [2, 4, 48], 32],
  ['torchvision/efficientnet_b0', [2], 4],
  ['paper/vgg-c', [2, 4, 64], 3],
  ['paper/alexnet', [2, 4, 16], 64],
];

describe.each(ratios)('%s with its channels divided', (name, divides, fails) => {
  const graph = buildArchitecture(architecture(name), { auxLogits: true });
  const whole = analyze(graph);

  test.each(divides)('by %i', (ratio) => {
    const thinned = analyze(thin(graph, ratio));
    expect(thinned.layers.map(({ path }) => path)).toEqual(whole.layers.map(({ path }) => path));
    expect(thinned.model.weightLayers).toBe(whole.model.weightLayers);
    convolutions(thinned).forEach((layer, i) => {
      const before = convolutions(whole)[i]!;
      const gives = graph.nodes.find(({ path }) => path === layer.path)!.givesClasses;
      const depthwise = (a: object) =>
        'groups' in a && a.groups !== 1 && 'out_channels' in a && a.groups === a.out_channels;
      expect(layer.outputShape[1]! * (gives ? 1 : ratio)).toBe(before.outputShape[1]);
      expect(layer.outputShape.slice(2)).toEqual(before.outputShape.slice(2));
      expect(depthwise(layer.attributes)).toBe(depthwise(before.attributes));
    });
    const scores = ({ layers }: Analysis) =>
      layers.filter(({ path }) => graph.outputs.includes(path)).map(({ outputShape }) => outputShape);
    expect(scores(thinned)).toEqual(scores(whole));
  });

  test(`not by ${fails}`, () => {
    const { code, location } = refusal(() => thin(graph, fails));
    expect(code).toBe('ratio-does-not-divide');
    expect(graph.nodes.map(({ path }) => path)).toContain(location.path);
  });
});

describe('channels divided before the network is built', () => {
  test('keeps the depth without 1×1 convolutions', () => {
    for (const name of ['vgg11', 'vgg13', 'vgg16', 'vgg19']) {
      const a = architecture(name);
      expect(a.weightLayersDividedFirst!(buildOptions(a), 4)).toBe(
        analyze(buildArchitecture(a)).model.weightLayers,
      );
    }
  });

  test('loses the 1×1 convolutions whose blocks fall below the threshold', () => {
    const a = architecture('vgg16-1x1');
    const left = (ratio: number, chosen = {}) => a.weightLayersDividedFirst!(buildOptions(a, chosen), ratio);
    expect(left(1)).toBe(16);
    expect(left(2)).toBe(15);
    expect(left(4)).toBe(13);
    expect(left(4, { pointwiseFrom: 128 })).toBe(15);
  });

  test('agrees with what is built', () => {
    const arch = [
      [1, 64],
      [2, 128],
      [2, 256],
    ] as const;
    expect(weightLayersDividedFirst(arch, 128, 1)).toBe(1 + 3 + 3 + 3);
    expect(weightLayersDividedFirst(arch, 128, 2)).toBe(1 + 2 + 3 + 3);
  });

  test('means something to the VGGs of the book alone', () => {
    const names = architectures.filter((a) => a.weightLayersDividedFirst).map(({ name }) => name);
    expect(names).toEqual(['vgg11', 'vgg13', 'vgg16', 'vgg19', 'vgg16-1x1']);
  });
});
