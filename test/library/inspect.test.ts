import { expect, test } from 'vitest';
import { architectures, inspect, parseSpec, VggError, type InspectOptions } from '../../src/library/index.ts';

const spec = `
name: tiny
input: [1, 8, 8]
layers:
  - conv2d: {out_channels: 4, kernel_size: 3, padding: 1}
  - relu
  - flatten
  - linear: {out_features: 10}
`;

test('a name', () => {
  const { totals, model, input } = inspect('vgg11', { input: [2, 1, 224, 224] });
  expect(totals.params).toBe(128_806_154);
  expect(totals.macs).toBe(2 * 7_547_232_256);
  expect(model).toEqual({ name: 'vgg11', source: 'd2l', weightLayers: 11 });
  expect(input.shape).toEqual([2, 1, 224, 224]);
});

test.each([
  ['YAML', spec],
  [
    'JSON',
    '{"name": "tiny", "input": [1, 8, 8], "layers": [{"conv2d": {"out_channels": 4, "kernel_size": 3, "padding": 1}}, "relu", "flatten", {"linear": {"out_features": 10}}]}',
  ],
])("a spec's text as %s", (_, text) => {
  const { totals, model } = inspect(text);
  expect(model).toEqual({ name: 'tiny', source: 'spec', weightLayers: 2 });
  expect(totals.params).toBe(4 * 9 + 4 + 10 * (4 * 64) + 10);
});

test('a graph', () => {
  const graph = parseSpec(spec, 'tiny.yaml');
  expect(inspect(graph)).toEqual(inspect(spec));
});

test('the result is plain data', () => {
  const analysis = inspect('torchvision/resnet18');
  expect(structuredClone(analysis)).toEqual(analysis);
});

test('options choose the variant', () => {
  expect(inspect('vgg11', { classes: 1000 }).totals.params).toBe(128_806_154 + 990 * 4097);
  expect(inspect('vgg11', { ratio: 4 }).totals.params).toBe(43_093_322);
  expect(inspect('torchvision/googlenet', { auxLogits: true }).totals.params).toBe(13_004_888);
  const thinned = inspect('vgg16-1x1', { ratio: 4 });
  expect(thinned.model.weightLayers).toBe(16);
  expect(thinned.warnings.map(({ code }) => code)).toContain('ratio-keeps-structure');
  const sgd = inspect('vgg11').memory.training!;
  const adam = inspect('vgg11', { memory: { optimizer: 'adam' } }).memory.training!;
  expect(adam.optimizerState).toBeGreaterThan(sgd.optimizerState);
});

test.each([
  ['vgg12', {}, 'unknown-architecture'],
  ['constructor', {}, 'unknown-architecture'],
  ['vgg11', { input: [1, 224, 224] }, 'bad-option'],
  ['vgg11', { input: [1, 1, 0, 224] }, 'bad-option'],
  ['vgg11', { input: [1, 1, 224.5, 224] }, 'bad-option'],
  ['vgg11', { input: '1x1x224x224' }, 'bad-option'],
  ['vgg11', { classes: 0 }, 'bad-option'],
  ['vgg11', { ratio: 1.5 }, 'bad-option'],
  ['vgg11', { dtype: 'float64' }, 'bad-option'],
  ['vgg11', { memory: { optimizer: 'adafactor' } }, 'bad-option'],
  ['vgg11', { memory: { accumulate: 0 } }, 'bad-option'],
  ['vgg11', { auxLogits: true }, 'option-not-read'],
  ['torchvision/vgg11', { head: 'fixed' }, 'option-not-read'],
  [spec, { ratio: 3 }, 'ratio-does-not-divide'],
  [spec, { head: 'fixed' }, 'option-not-read'],
  ['vgg11', { head: 'fixed', input: [1, 1, 96, 96] }, 'features-mismatch'],
  ['vgg11', { input: [2 ** 31 - 1, 1, 2 ** 20, 2 ** 20] }, 'too-large'],
] as const)('%s with %j throws %s', (network, options, code) => {
  // Callers without types can pass anything.
  const call = () => inspect(network, options as unknown as InspectOptions);
  expect(call).toThrow(VggError);
  expect(call).toThrow(expect.objectContaining({ code }));
});

test('an error in a spec says where: line and column', () => {
  expect(() => inspect(spec.replace('out_channels', 'out_chanels'))).toThrow(
    expect.objectContaining({ location: expect.objectContaining({ file: '<spec>', line: 5 }) as unknown }),
  );
});

test('every architecture can be inspected by its name', () => {
  for (const { name, input } of architectures) {
    expect(inspect(name).input.shape).toEqual([1, ...input]);
  }
});
