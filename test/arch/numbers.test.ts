import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture } from '../../src/arch/catalog.ts';
import { convArchNetwork } from '../../src/arch/literal/networks.ts';
import { thin } from '../../src/graph/thin.ts';

/** Published or measured with PyTorch: parameters, and MACs of one image where they are published too. */
const published: readonly (readonly [name: string, params: number, macs: number | null])[] = [
  ['alexnet', 46_764_746, 938_146_176],
  ['vgg11', 128_806_154, 7_547_232_256],
  ['vgg16-1x1', 129_581_770, 11_709_030_400],
  ['torchvision/alexnet', 61_100_840, 714_188_480],
  ['torchvision/vgg11', 132_863_336, 7_609_090_048],
  ['torchvision/vgg13', 133_047_848, 11_308_466_176],
  ['torchvision/vgg16', 138_357_544, 15_470_264_320],
  ['torchvision/vgg19', 143_667_240, 19_632_062_464],
  ['torchvision/vgg11_bn', 132_868_840, 7_609_090_048],
  ['torchvision/vgg13_bn', 133_053_736, 11_308_466_176],
  ['torchvision/vgg16_bn', 138_365_992, 15_470_264_320],
  ['torchvision/vgg19_bn', 143_678_248, 19_632_062_464],
  ['paper/vgg-a', 132_863_336, 7_609_090_048],
  ['paper/vgg-a-lrn', 132_863_336, 7_609_090_048],
  ['paper/vgg-b', 133_047_848, 11_308_466_176],
  ['paper/vgg-c', 133_638_952, 11_770_888_192],
  ['paper/vgg-d', 138_357_544, 15_470_264_320],
  ['paper/vgg-e', 143_667_240, 19_632_062_464],
  ['paper/alexnet', 60_965_224, 724_406_816],
  ['torchvision/resnet18', 11_689_512, 1_814_073_344],
  ['torchvision/resnet34', 21_797_672, 3_663_761_408],
  ['torchvision/resnet50', 25_557_032, 4_089_184_256],
  ['torchvision/resnet101', 44_549_160, null],
  ['torchvision/resnet152', 60_192_808, 11_513_626_624],
  ['torchvision/squeezenet1_0', 1_248_424, 818_924_576],
  ['torchvision/squeezenet1_1', 1_235_496, 349_151_936],
  ['torchvision/mobilenet_v2', 3_504_872, 300_774_272],
  ['torchvision/googlenet', 6_624_904, null],
  ['torchvision/densenet121', 7_978_856, null],
  ['torchvision/densenet161', 28_681_000, null],
  ['torchvision/densenet169', 14_149_480, null],
  ['torchvision/densenet201', 20_013_928, null],
  ['torchvision/inception_v3', 27_161_264, null],
  ['torchvision/efficientnet_b0', 5_288_548, null],
  ['torchvision/efficientnet_b7', 66_347_960, null],
  ['torchvision/efficientnet_v2_l', 118_515_272, null],
  ['torchvision/mobilenet_v3_small', 2_542_856, null],
  ['torchvision/mobilenet_v3_large', 5_483_032, null],
  ['torchvision/resnext101_64x4d', 83_455_272, null],
  ['torchvision/wide_resnet50_2', 68_883_240, null],
  ['torchvision/regnet_x_400mf', 5_495_976, null],
  ['torchvision/regnet_y_128gf', 644_812_894, null],
];

const analysisOf = (name: string) => analyze(buildArchitecture(architecture(name)));

describe('published counts', () => {
  test.each(published)('%s', (name, params, macs) => {
    const { totals } = analysisOf(name);
    expect(totals.params).toBe(params);
    if (macs !== null) expect(totals.macs).toBe(macs);
  });

  test('GoogLeNet with and without its auxiliary heads', () => {
    const google = architecture('torchvision/googlenet');
    const without = analyze(buildArchitecture(google));
    const withHeads = analyze(buildArchitecture(google, { auxLogits: true }));
    expect(without.totals.params).toBe(6_624_904);
    expect(withHeads.totals.params).toBe(13_004_888);
    expect(withHeads.totals.macs).toBe(without.totals.macs);
    expect(withHeads.totals.backwardMacs).toBeGreaterThan(without.totals.backwardMacs);
  });

  test('Inception v3 without its auxiliary head', () => {
    const without = analyze(
      buildArchitecture(architecture('torchvision/inception_v3'), { auxLogits: false }),
    );
    expect(without.totals.params).toBe(23_834_568);
    expect(without.totals.macs).toBe(analysisOf('torchvision/inception_v3').totals.macs);
  });

  test('the book at 96 pixels', () => {
    const { totals } = analyze(buildArchitecture(architecture('vgg11')), { input: [1, 1, 96, 96] });
    expect(totals).toMatchObject({ params: 44_920_074, macs: 1_399_955_456 });
  });

  test('channels divided by four, the structure kept', () => {
    const vgg11 = analyze(thin(buildArchitecture(architecture('vgg11')), 4));
    expect(vgg11.totals).toMatchObject({ params: 43_093_322, macs: 512_155_648 });
    const vgg16 = analyze(thin(buildArchitecture(architecture('vgg16-1x1')), 4));
    expect(vgg16.totals).toMatchObject({ params: 43_142_074, macs: 772_268_032 });
    expect(vgg16.model.weightLayers).toBe(16);
  });

  test('channels divided by four before building', () => {
    const tuple = '((2,16),(2,32),(2,64),(2,128),(2,128))';
    const analysis = analyze(convArchNetwork(tuple, { pointwiseFrom: 256 }));
    expect(analysis.totals).toMatchObject({ params: 43_104_890, macs: 743_366_656 });
    expect(analysis.model).toEqual({ name: 'vgg', source: 'command line', weightLayers: 13 });
  });

  test('backward passes', () => {
    expect(analysisOf('torchvision/alexnet').totals.backwardMacs).toBe(1_358_100_160);
    expect(analysisOf('torchvision/vgg16').totals.backwardMacs).toBe(30_853_824_512);
  });

  test('the receptive field of VGG-16', () => {
    expect(analysisOf('torchvision/vgg16').totals.receptiveField).toEqual([212, 212]);
    expect(analysisOf('paper/vgg-d').totals.receptiveField).toEqual([212, 212]);
  });

  test.each([
    ['lenet', 5],
    ['nin', 12],
    ['googlenet', 22],
    ['densenet', 21],
    ['torchvision/googlenet', 22],
    ['torchvision/inception_v3', 48],
    ['torchvision/mobilenet_v2', 53],
    ['torchvision/squeezenet1_0', 18],
    ['paper/alexnet', 8],
  ])('%s has %i weight layers', (name, depth) => {
    expect(analysisOf(name).model.weightLayers).toBe(depth);
  });
});
