import { expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { buildArchitecture } from '../../../src/arch/architecture.ts';
import { architecture } from '../../../src/arch/catalog.ts';
import { parseSpec } from '../../../src/arch/spec/spec.ts';
import { thin } from '../../../src/graph/thin.ts';
import { analyzeSpec, fixture } from './analyze-spec.ts';

test('vgg11.json is the built-in VGG-11, path by path', () => {
  const spec = analyzeSpec(fixture('vgg11.json'), 'vgg11.json');
  const builtIn = analyze(buildArchitecture(architecture('vgg11')));
  expect(spec.layers).toEqual(builtIn.layers);
  expect(spec.totals).toEqual(builtIn.totals);
});

test('vgg11.json thinned is the built-in VGG-11 thinned', () => {
  const spec = analyze(thin(parseSpec(fixture('vgg11.json'), 'vgg11.json'), 4));
  expect(spec.totals).toMatchObject({ params: 43_093_322, macs: 512_155_648 });
});

test('resnet18.yaml has the counts and the depth of torchvision’s', () => {
  const spec = analyzeSpec(fixture('resnet18.yaml'));
  const builtIn = analyze(buildArchitecture(architecture('torchvision/resnet18')));
  expect(spec.totals).toEqual(builtIn.totals);
  expect(spec.model.weightLayers).toBe(18);
  expect(spec.layers.map(({ kind, outputShape }) => `${kind} ${outputShape.join('x')}`).sort()).toEqual(
    builtIn.layers.map(({ kind, outputShape }) => `${kind} ${outputShape.join('x')}`).sort(),
  );
});

test('tiny-vgg.yaml', () => {
  const { layers, totals } = analyzeSpec(fixture('tiny-vgg.yaml'));
  // 640 + 73,856 + 147,584 + 16,512 + 147,456 + 256 + 4,128 + 5,017,610
  expect(totals.params).toBe(5_408_042);
  expect(layers.find(({ path }) => path === 'concat1.concat')?.outputShape).toEqual([1, 160, 56, 56]);
});

test('branches.yaml: branches, names, and weights that two layers share', () => {
  const { layers, totals } = analyzeSpec(fixture('branches.yaml'));
  const inputsOf = (path: string) => layers.find((layer) => layer.path === path)?.inputs;
  expect(inputsOf('mixed.concat')).toEqual([
    'mixed.branch1.conv1',
    'mixed.branch2.conv2',
    'mixed.branch3.conv1',
  ]);
  expect(inputsOf('dense.concat')).toEqual(['dense.branch1.conv1', 'mixed.concat']);
  expect(inputsOf('gate.mul')).toEqual(['gate.branch1.sigmoid1', 'dense.concat']);
  expect(inputsOf('skip')).toEqual(['squeeze', 'stem']);
  const shared = layers.find(({ path }) => path === 'again')!;
  expect(shared).toMatchObject({ params: 0, sharesWeightsOf: 'first', macs: 16 * 16 * 9 * 32 * 32 });
  expect(totals.params).toBe(448 + 136 + 136 + 1168 + 136 + 4624 + 2352 + 784 + 2320 + 650);
});
