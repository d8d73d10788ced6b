import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byCause, tally } from '../../../src/analysis/conventions/count.ts';
import { quantities } from '../../../src/analysis/conventions/counting.ts';
import { ledger } from '../../../src/analysis/conventions/ledger.ts';
import { conventions } from '../../../src/analysis/conventions/registry.ts';
import { torchinfoMemory } from '../../../src/analysis/conventions/torchinfo-memory.ts';
import { layersOf, layersOfSpec, total } from './analyses.ts';
import { everyNetwork } from '../../networks.ts';

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

describe.each(everyNetwork)('the ledger of %s', (name) => {
  const layers = layersOf(name);
  const rows = ledger(layers);

  test('has a row for every number of every convention', () => {
    const wanted = quantities.flatMap((quantity) =>
      conventions.filter((each) => each[quantity]).map((each) => `${each.name} ${quantity}`),
    );
    expect(rows.map(({ convention, quantity }) => `${convention} ${quantity}`)).toEqual(wanted);
  });

  test('explains every difference from the default to the last unit', () => {
    for (const { convention, quantity, total: number, baseline, differences } of rows) {
      expect(baseline).toBe(total(layers, 'default', quantity === 'params' ? 'params' : 'macs'));
      expect(number, `${convention} ${quantity}`).toBe(baseline + sum(differences.map(({ count }) => count)));
      for (const { count } of differences) expect(count).not.toBe(0);
    }
  });

  test('has tallies whose lines and causes add up', () => {
    for (const convention of conventions) {
      for (const quantity of quantities) {
        const counted = tally(layers, convention, quantity);
        if (!counted) continue;
        const { lines } = counted;
        expect(sum(lines.map(({ count }) => count))).toBe(counted.total);
        expect(sum([...byCause(lines).values()])).toBe(counted.total);
        for (const { count, terms } of lines) {
          expect(sum(terms.map((term) => term.count))).toBe(count);
          for (const { shape, count: size } of terms) {
            if (shape) expect(shape.reduce((product, side) => product * side, 1)).toBe(size);
          }
        }
      }
    }
  });
});

test('VGG-16 by cause, as the conventions are described', () => {
  const rows = ledger(layersOf('torchvision/vgg16'));
  const causes = (convention: string, quantity: string) =>
    Object.fromEntries(
      rows
        .find((row) => row.convention === convention && row.quantity === quantity)!
        .differences.map(({ cause, count }) => [cause, count]),
    );
  expect(causes('torchvision', 'macs')).toEqual({});
  expect(causes('thop-2019', 'macs')).toEqual({
    'linear doubled': 123_633_664,
    'convolution bias': 13_547_520,
    pooling: 50_176,
  });
  expect(causes('torchinfo', 'macs')).toEqual({ 'convolution bias': 13_547_520, 'linear bias': 9_192 });
  expect(causes('deepspeed', 'flops')).toEqual({
    'convolution doubled': 15_346_630_656,
    'linear doubled': 123_633_664,
    'convolution bias': 13_547_520,
    activation: 13_555_712,
    pooling: 6_146_560,
  });
  expect(causes('hand', 'params')).toEqual({
    'linear weights': -20_873_216,
    'linear bias': -5_096,
    'convolution bias': -4_224,
  });
});

test('the tally on paper of AlexNet and VGG-11', () => {
  expect(total(layersOf('alexnet', [1, 3, 224, 224]), 'hand', 'params')).toBe(29_964_320);
  expect(total(layersOf('vgg11', [1, 3, 224, 224]), 'hand', 'params')).toBe(111_982_272);
});

test('Keras counts the running statistics and not the step counter', () => {
  const layers = layersOf('torchvision/resnet50');
  const statistics = sum(
    layers.filter(({ family }) => family === 'norm').map(({ outputShape }) => 2 * outputShape[1]!),
  );
  expect(statistics).toBe(53_120);
  expect(total(layers, 'keras', 'params')).toBe(25_557_032 + statistics);
});

test('shared weights count once as parameters and each time as work', () => {
  const layers = layersOfSpec(
    JSON.stringify({
      input: [4, 6, 6],
      layers: [
        { conv2d: { out_channels: 4, kernel_size: 3, padding: 1 }, name: 'first' },
        { conv2d: { out_channels: 4, kernel_size: 3, padding: 1 }, shares_weights_of: 'first' },
      ],
    }),
  );
  for (const { name, params, macs } of conventions) {
    if (params) expect(total(layers, name, 'params'), name).toBe(name === 'hand' ? 144 : 148);
    if (macs) expect(total(layers, name, 'macs')! % 2, name).toBe(0);
  }
});

test('every convention is linear in the batch, and bounded by what is there', () => {
  const conv = fc.record({
    conv2d: fc.record({
      out_channels: fc.constantFrom(4, 8),
      kernel_size: fc.constantFrom(1, 3),
      padding: fc.constantFrom(1, 2),
      bias: fc.boolean(),
    }),
  });
  const layer = fc.oneof(conv, fc.constantFrom('relu', 'batchnorm2d', 'gelu', 'softmax', 'dropout'));
  fc.assert(
    fc.property(fc.array(layer, { minLength: 1, maxLength: 8 }), (chain) => {
      const spec = (batchless: readonly unknown[]) =>
        layersOfSpec(
          JSON.stringify({
            input: [4, 8, 8],
            layers: [...batchless, 'flatten', { linear: { out_features: 3 } }],
          }),
        );
      const layers = spec(chain);
      for (const { name } of conventions) {
        for (const quantity of quantities) {
          const number = total(layers, name, quantity);
          if (number === undefined) continue;
          expect(Number.isSafeInteger(number)).toBe(true);
          expect(number).toBeGreaterThan(0);
        }
      }
      expect(total(layers, 'torch', 'flops')).toBe(2 * total(layers, 'default', 'macs')!);
      expect(total(layers, 'hand', 'params')).toBeLessThanOrEqual(total(layers, 'default', 'params')!);
      expect(total(layers, 'keras', 'params')).toBeGreaterThanOrEqual(total(layers, 'default', 'params')!);
      expect(total(layers, 'ptflops', 'macs')).toBeGreaterThanOrEqual(
        total(layers, 'ptflops-modules', 'macs')!,
      );
    }),
    { numRuns: 60 },
  );
});

test.each(['vgg11', 'torchvision/resnet18', 'torchvision/googlenet'])(
  'the work of %s doubles with the batch',
  (name) => {
    const one = layersOf(name);
    const input = one[0]!.inputShapes[0]!;
    const twice = layersOf(name, [2, ...input.slice(1)]);
    for (const { name: convention } of conventions) {
      for (const quantity of ['macs', 'flops'] as const) {
        const number = total(one, convention, quantity);
        if (number !== undefined) expect(total(twice, convention, quantity)).toBe(2 * number);
      }
      expect(total(twice, convention, 'params')).toBe(total(one, convention, 'params'));
    }
  },
);

// torchinfo 1.8.0 has these for torchvision's VGG-16 at 1×3×224×224; its input is 64 bytes larger, a Python object's.
test("torchinfo's sizes", () => {
  const { input, outputs, parameters } = torchinfoMemory(layersOf('torchvision/vgg16'), [1, 3, 224, 224]);
  expect([input, outputs, parameters]).toEqual([602_112, 108_453_696, 553_430_176]);
});
