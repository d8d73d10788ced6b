import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tally } from '../../../src/analysis/conventions/count.ts';
import { conventions } from '../../../src/analysis/conventions/registry.ts';
import type { NetworkVariant } from '../../../src/analysis/reconcile/counts.ts';
import { distance, readings } from '../../../src/analysis/reconcile/reading.ts';
import { reconcile } from '../../../src/analysis/reconcile/reconcile.ts';
import { VggError } from '../../../src/core/errors/error.ts';
import { json, runFake } from '../../cli/fake-io.ts';
import { layersOf } from '../conventions/analyses.ts';

const explained = (argv: readonly string[]) => json(['reconcile', ...argv]);

describe('what the issue of the two tallies asks', () => {
  test('111,980,544 leaves out the first convolution: 1,728 weights for a color image', async () => {
    const { explanations } = await explained(['vgg11', '111980544']);
    expect(explanations).toHaveLength(1);
    const [first] = explanations;
    expect(first).toMatchObject({ conventions: ['hand'], total: 111_980_544, difference: 0 });
    expect(first.deviations).toEqual(['block1.conv1 left out']);
    expect(first.lines[0]).toMatchObject({
      path: 'block1.conv1',
      count: 0,
      change: 'left out',
      unchanged: 576,
      otherwise: [{ count: 1_728, deviations: ['3 input channels'] }],
    });
    const { stdout } = await runFake(['reconcile', 'vgg11', '111980544']);
    expect(stdout).toContain('block1.conv1 left out (576; 1,728');
  });

  test('with color images given it is 1,728 outright', async () => {
    const { explanations } = await explained(['vgg11', '111980544', '--input', '1x3x224x224']);
    expect(explanations[0].lines[0]).toMatchObject({ path: 'block1.conv1', unchanged: 1_728 });
    expect(explanations[0].causes).toContainEqual({ cause: 'convolution weights', count: 9_216_000 });
  });

  test('29,964,320 is the tally with nothing left out', async () => {
    const { explanations } = await explained(['alexnet', '29964320']);
    expect(explanations[0]).toMatchObject({ conventions: ['hand'], deviations: ['3 input channels'] });
    for (const { change } of explanations[0].lines) expect(change).toBeUndefined();
  });

  test("15,607,445,504 is thop's older rule", async () => {
    const { explanations } = await explained(['torchvision/vgg16', '15607445504', '--what', 'macs']);
    expect(explanations[0]).toMatchObject({
      conventions: ['thop-2020-01', 'thop-2019'],
      calls: 'MACs',
      total: 15_607_445_504,
    });
    expect(explanations[0].causes).toEqual([
      { cause: 'convolution', count: 15_346_630_656 },
      { cause: 'convolution bias', count: 13_547_520 },
      { cause: 'linear', count: 123_633_664 },
      { cause: 'linear doubled', count: 123_633_664 },
    ]);
  });

  test('138M is the exact total, first', async () => {
    const { explanations } = await explained(['torchvision/vgg16', '138M']);
    expect(explanations[0]).toMatchObject({ total: 138_357_544, deviations: [], rounding: 'rounded' });
    expect(explanations[0].conventions).toContain('default');
  });
});

test('every sum that is written out adds up, and hits', async () => {
  for (const argv of [
    ['torchvision/vgg16', '138M'],
    ['torchvision/vgg16', '15.47G', '--what', 'macs'],
    ['torchvision/resnet18', '11.69M'],
    ['vgg11', '111980544'],
    ['torchvision/vgg16', '527.8M', '--what', 'memory'],
  ]) {
    const { explanations } = await explained(argv);
    expect(explanations.length).toBeGreaterThan(0);
    let cost = 0;
    for (const { lines, causes, total, difference, cost: next } of explanations) {
      const sum = (parts: readonly { count: number }[]) => parts.reduce((all, { count }) => all + count, 0);
      expect(sum(lines)).toBe(total);
      expect(sum(causes)).toBe(total);
      expect(difference).toBe(0);
      expect(next).toBeGreaterThanOrEqual(cost);
      cost = next;
    }
  }
});

test.each([
  ['torchvision/vgg16', '14714688', [], /linear layers left out/],
  ['torchvision/resnet50', '25636712', [], /a bias in every layer that multiplies/],
  ['torchvision/vgg16', '134301514', [], /10 classes/],
  ['torchvision/alexnet', '1358100160', ['--what', 'macs'], /the backward pass alone/],
  ['torchvision/alexnet', '2072288640', ['--what', 'macs'], /forward and backward/],
  ['torchvision/vgg16', '30940528640', ['--what', 'macs'], /torch/],
  ['torchvision/resnet18', '11699132', [], /all buffers in/],
  ['torchvision/resnet18', '11679912', [], /normalization left out/],
  ['torchvision/vgg11', '243490881536', ['--what', 'macs', '--batch', '1,32'], /batch 32/],
  ['torchvision/vgg16', '138394472', [], /features\.2 counted twice/],
])('%s: %s is found', async (arch, number, more, words) => {
  const { explanations } = await explained([arch, number, ...more]);
  const { conventions, deviations, total } = explanations[0];
  expect(total).toBe(Number(number));
  expect([...conventions, ...deviations].join(', ')).toMatch(words);
});

test.each([
  ['vgg11', '102764544', 'fc1 alone', ['fc1']],
  ['lenet', '48120', 'fc1 alone', ['fc1']],
  ['torchvision/resnet50', '2049000', 'fc alone', ['fc']],
  ['vgg11', '1180160', 'block4.conv1 alone', ['block4.conv1']],
  ['vgg11', '3539968', 'block4 alone', ['block4.conv1', 'block4.conv2']],
  ['vgg11', '119586826', 'the linear layers alone', ['fc1', 'fc2', 'fc3']],
  ['torchvision/vgg16', '123642856', 'the linear layers alone', undefined],
])('%s: %s is the number of a part', async (arch, number, words, paths) => {
  const { explanations } = await explained([arch, number]);
  expect(explanations[0].deviations).toEqual([words]);
  const counted = explanations[0].lines.map(({ path }: { path: string }) => path);
  if (paths) expect(counted).toEqual(paths);
});

test('layers of the same size are one explanation', async () => {
  const { explanations } = await explained(['torchvision/resnet50', '512']);
  expect(explanations[0]).toMatchObject({ deviations: ['layer1.0.bn3 alone'], total: 512 });
  expect(explanations[0].alike).toHaveLength(15);
  expect(explanations[0].alike).toContain('layer1.1.bn3');
});

test('of a rounded number the simplest explanation is shown, and the rest counted', async () => {
  const { stdout } = await runFake(['reconcile', 'torchvision/resnet50', '25.6M']);
  const rows = stdout.split('\n').filter((line) => /^ *\d+ +[\d,]+ /.test(line));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toContain('25,557,032');
  expect(stdout).toMatch(/^more +\d+ more explanations/m);
  expect(stdout.split('\n').length).toBeLessThan(20);
  const listed = (await runFake(['reconcile', 'torchvision/resnet50', '25.6M', '--limit', '20'])).stdout;
  expect(listed).toMatch(/^20 +[\d,]+ /m);
  const written = (await runFake(['reconcile', 'torchvision/resnet50', '25.6M', '--lines', '1'])).stdout;
  expect(written).toMatch(/^total +25,557,032$/m);
});

test('what a tool printed that adds in float32', () => {
  const layers = layersOf('torchvision/resnet50', [1, 3, 225, 231]);
  const variants: NetworkVariant[] = [{ deviations: [], input: [1, 3, 225, 231], layers }];
  const counted = tally(
    layers,
    conventions.find(({ name }) => name === 'thop-2019')!,
    'macs',
  )!;
  const printed = counted.lines.reduce((sum, { count }) => Math.fround(sum + Math.fround(count)), 0);
  expect(printed).not.toBe(counted.total);
  const { explanations } = reconcile('resnet50', String(printed), { what: 'macs', variants });
  expect(explanations[0]).toMatchObject({
    conventions: ['thop-2019'],
    deviations: ['added in float32 as that tool does'],
    total: printed,
  });
  expect(explanations[0]!.causes.at(-1)).toEqual({
    cause: 'float32 rounding',
    count: printed - counted.total,
  });
});

test('a number that nothing gives: exit 1, and the nearest with their differences', async () => {
  const { code, stdout, stderr } = await runFake(['reconcile', 'vgg11', '123', '--json']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const { explanations, nearest, tried } = JSON.parse(stdout);
  expect(explanations).toEqual([]);
  expect(nearest).toHaveLength(3);
  for (const { total, difference } of nearest) expect(total - difference).toBe(123);
  expect(tried).toBeGreaterThan(1000);
  expect((await runFake(['reconcile', 'vgg11', '123'])).stdout).toContain('no explanation');
});

test('any omission from any convention is found again', () => {
  const layers = layersOf('lenet');
  const variants: NetworkVariant[] = [{ deviations: [], input: [1, 1, 28, 28], layers }];
  const counted = conventions.flatMap((convention) =>
    (['params', 'macs', 'flops'] as const).flatMap((what) => {
      const found = tally(layers, convention, what);
      return found ? [{ what, found, name: convention.name }] : [];
    }),
  );
  const change = fc.constantFrom(0, 1, 2);
  fc.assert(
    fc.property(fc.constantFrom(...counted), fc.nat(), change, ({ what, found, name }, pick, times) => {
      const line = found.lines[pick % found.lines.length]!;
      const number = found.total + (times - 1) * line.count;
      const { explanations } = reconcile('lenet', String(number), { what, variants });
      for (const { total } of explanations) expect(total).toBe(number);
      if (times === 1) {
        expect(
          explanations.some((each) => each.conventions.includes(name) && each.deviations.length === 0),
        ).toBe(true);
      } else expect(explanations.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});

describe('printed numbers', () => {
  const hits = (text: string, value: number) =>
    readings(text)
      .filter((reading) => distance(value, reading) === 0)
      .map(({ words }) => words);

  test.each([
    ['138357544', 138_357_544, ['']],
    ['138,357,544', 138_357_544, ['']],
    ['138_357_544', 138_357_544, ['']],
    ["138'357'544", 138_357_544, ['']],
    ['138357545', 138_357_544, []],
    ['138M', 138_357_544, ['rounded', 'cut off']],
    ['138 m', 138_357_544, ['rounded', 'cut off']],
    ['138.36M', 138_357_544, ['rounded']],
    ['138.35M', 138_357_544, ['cut off']],
    ['15.47G', 15_470_264_320, ['rounded', 'cut off']],
    ['15.47B', 15_470_264_320, ['rounded', 'cut off']],
    ['15.47e9', 15_470_264_320, ['rounded', 'cut off']],
    ['1.5e10', 15_470_264_320, ['rounded', 'cut off']],
    ['131.95M', 138_357_544, ['rounded in powers of 1024']],
    ['527.8MiB', 553_430_176, ['rounded']],
    ['553.4MB', 553_430_176, ['rounded', 'cut off']],
    ['553430176B', 553_430_176, ['']],
    ['0.5k', 499, ['rounded', 'rounded in powers of 1024']],
  ])('%s of %i', (text, value, words) => {
    expect(hits(text, value)).toEqual(words);
  });

  test('rounding takes in exactly what is printed so', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999_999 }),
        fc.integer({ min: 0, max: 4 }),
        (value, decimals) => {
          const millions = (value / 1e6).toFixed(decimals);
          if (Number(millions) === 0) return;
          expect(hits(`${millions}M`, value)).toContain('rounded');
          const [reading] = readings(`${millions}M`);
          const outside = [reading!.least - 1, reading!.most + 1];
          for (const other of outside) {
            if (other <= 0) continue;
            // One that lies a half unit off may be printed either way.
            const off = Math.abs(other / 1e6 - Number(millions)) * 10 ** decimals;
            expect(off).toBeGreaterThan(0.4999);
          }
        },
      ),
    );
  });

  test.each(['', '12x', 'M', '-5', '1.2.3', '0', '0.0M', 'NaN', 'Infinity', '1e999', '5 apples', '1iB', '٣'])(
    'not a number: %j',
    (text) => {
      expect(() => readings(text)).toThrow(VggError);
    },
  );

  test('beyond 2^53 nothing hits, and nothing breaks', () => {
    expect(hits('99999999999999999999', Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(hits('9.1e15', Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(hits('9.01e15', Number.MAX_SAFE_INTEGER)).toEqual(['rounded']);
  });
});

describe('one line, exit code 2, empty stdout', () => {
  test.each<[string[], RegExp]>([
    [[], /the architecture and a number is missing/],
    [['vgg11'], /a number of vgg11 is missing/],
    [['vgg11', '12x'], /'12x' is not a number \(write it as it was printed/],
    [['vgg11', '-5'], /'-5' is not a number/],
    [['vgg12', '5'], /unknown architecture 'vgg12'/],
    [['vgg11', '5', '--what', 'time'], /--what must be params, macs, flops or memory, not 'time'/],
    [['vgg11', '5', '--batch', '0'], /--batch must be batch sizes separated by commas/],
    [['vgg11', '5', '--what', 'macs', '--batch', '1,2', '--input', '4x1x224x224'], /contradict/],
    [['vgg11', '5', '--batch', '1,2'], /--batch has no effect on --what params/],
    [['vgg11', '5', '6'], /one argument too many: '6'/],
  ])('%j', async (argv, words) => {
    const { code, stdout, stderr } = await runFake(['reconcile', ...argv]);
    expect({ code, stdout, lines: stderr.split('\n').length - 1 }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toMatch(words);
  });
});

test('a spec from standard input is read once and searched with other channels and classes', async () => {
  const spec =
    'input: [1, 8, 8]\nclasses: 7\nlayers: [{conv2d: {out_channels: 4, kernel_size: 3}}, flatten, {linear: {out_features: 7}}]\n';
  // 4·3·9 + 4 for color, 144·100 + 100 for a hundred classes.
  const { code, stdout } = await runFake(['reconcile', '-', String(112 + 14_500), '--json'], { stdin: spec });
  expect(code).toBe(0);
  expect(JSON.parse(stdout).explanations[0].deviations).toEqual(['3 input channels', '100 classes']);
});

test('a spec that fixes its channels and classes is searched as it is', async () => {
  const spec =
    'input: [1, 8, 8]\nlayers: [{conv2d: {in_channels: 1, out_channels: 4, kernel_size: 3}}, flatten, {linear: {out_features: 7}}]\n';
  const { code, stdout } = await runFake(['reconcile', '-', '1055', '--json'], { stdin: spec });
  expect({ code, first: JSON.parse(stdout).explanations[0] }).toMatchObject({
    code: 0,
    first: { total: 1055 },
  });
});

test('digits stand together or by threes, with one separator throughout', () => {
  for (const text of ['61706', '61,706', '61_706', "61'706", '61 706', '1,234,567']) {
    expect(readings(text)[0]!.least).toBe(Number(text.replace(/\D/g, '')));
  }
  for (const text of ['6,1,7,0,6', '61,70', '61,7066', '1,234_567', '1 234 56', ',706']) {
    expect(() => readings(text)).toThrow(VggError);
  }
});
