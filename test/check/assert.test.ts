import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceFrom, formatQuantity, parseQuantity, type Quantity } from '../../src/core/quantity.ts';
import { runFake } from '../cli/fake-io.ts';

describe('assertions that hold', () => {
  test.each([
    'params==128806154',
    'params == 128_806_154',
    'totals.params==128806154',
    'params!=128806155',
    'macs<=8e9',
    'macs<8G',
    'macs>=7.547232256G',
    'macs>7.547232255G',
    'weightLayers==11',
    'model.weightLayers==11',
    'model.name==vgg11',
    'name!=vgg13',
    'input.dtype==float32',
    'input.shape==1x1x224x224',
    'layers.block1.conv1.outputShape==1x64x224x224',
    'layers.block1.conv1.outputShape==1×64×224×224',
    'layers.block1.conv1.outputShape==[1, 64, 224, 224]',
    'layers.block1.conv1.outputShape!=1x64x224',
    'layers.block1.conv1.params==640',
    'layers.block1.conv1.attributes.out_channels==64',
    'layers.block1.conv1.attributes.bias==true',
    'layers.fc1.inputShapes.0.1==25088',
    'totals.elementwise.relu>0',
    'receptiveField==150x150',
  ])('%s', async (expression) => {
    expect(await runFake(['vgg11', '--assert', expression])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('assertions that do not hold', () => {
  test.each([
    ['params==128806155', 'expected == 128806155, actual 128806154, difference -1'],
    ['params!=128806154', 'expected != 128806154, actual 128806154, difference 0'],
    ['macs<=7.5G', 'expected <= 7500000000, actual 7547232256, difference +47232256'],
    ['macs<7547232256', 'expected < 7547232256, actual 7547232256, difference 0'],
    ['params>=128.8061545M', 'expected >= 128806154.5, actual 128806154, difference -0.5'],
    [
      'input.shape==1x3x224x224',
      'expected == 1×3×224×224, actual 1×1×224×224, difference dimension 1: 1 instead of 3',
    ],
    ['input.shape==1x224x224', 'difference dimension 1: 1 instead of 224, dimension 3: 224 instead of none'],
    ['model.name==vgg13', 'expected == vgg13, actual vgg11'],
  ])('%s', async (expression, words) => {
    const { code, stdout, stderr } = await runFake(['vgg11', '--assert', expression]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^assertion failed: [^\n]+\n$/);
    expect(stderr).toContain(expression);
    expect(stderr).toContain(words);
    expect(stdout).toBe((await runFake(['vgg11'])).stdout);
  });
});

test('every failed assertion is named, and the report is still printed', async () => {
  const argv = [
    'vgg11',
    '--json',
    '--assert',
    'params==1',
    '--assert',
    'weightLayers==11',
    '--assert',
    'macs<2',
  ];
  const { code, stdout, stderr } = await runFake(argv);
  expect(code).toBe(1);
  expect(stderr.split('\n').map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
    'assertion failed: params==1',
    'assertion failed: macs<2',
    '',
  ]);
  expect(JSON.parse(stdout).model.name).toBe('vgg11');
});

test('compare checks every network and names the one that fails', async () => {
  const { code, stderr } = await runFake(['compare', 'alexnet', 'vgg11', '--assert', 'params<=1e8']);
  expect(code).toBe(1);
  expect(stderr).toBe(
    'assertion failed: vgg11: params<=1e8 (expected <= 100000000, actual 128806154, difference +28806154)\n',
  );
});

test('a wrong assertion is found before anything is printed, whatever the others say', async () => {
  const { code, stdout } = await runFake(['vgg11', '--assert', 'params==1', '--assert', 'nothing==1']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

describe('bytes', () => {
  test('in exact units', async () => {
    const { stdout } = await runFake(['vgg11', '--json']);
    const bytes = JSON.parse(stdout).memory.inference.peakBytes as number;
    const check = async (expression: string) => (await runFake(['vgg11', '--assert', expression])).code;
    expect(await check(`memory.inference.peakBytes==${bytes}B`)).toBe(0);
    expect(await check(`memory.inference.peakBytes<=${Math.ceil(bytes / 2 ** 20)}MiB`)).toBe(0);
    expect(await check(`memory.inference.peakBytes<=${Math.floor(bytes / 2 ** 20)}MiB`)).toBe(1);
    expect(await check('memory.training.peakBytes<=8GiB')).toBe(0);
  });
});

describe('quantities', () => {
  const value = (text: string) => formatQuantity(parseQuantity(text) as Quantity);

  test.each([
    ['8e9', '8000000000'],
    ['8E+9', '8000000000'],
    ['1_000', '1000'],
    ['15.47G', '15470000000'],
    ['0.1', '0.1'],
    ['12e-1', '1.2'],
    ['1.50', '1.5'],
    ['-3', '-3'],
    ['1K', '1000'],
    ['1KiB', '1024'],
    ['1kB', '1000'],
    ['1MiB', '1048576'],
    ['1.5GiB', '1610612736'],
    ['1 TB', '1000000000000'],
    ['9007199254740993', '9007199254740993'],
  ])('%s is %s', (text, expected) => expect(value(text)).toBe(expected));

  test.each(['', 'x', '1..2', '.5', '1e', '1e9999', '0x10', '1,000', 'NaN', 'Infinity'])(
    '%j is none',
    (text) => {
      const parsed = parseQuantity(text);
      expect(parsed === undefined || 'unit' in parsed).toBe(true);
    },
  );

  test('a decimal survives parsing and printing', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 }), (digits, decimals) => {
        const text = formatQuantity({ digits: BigInt(digits), decimals, bytes: false });
        const again = parseQuantity(text) as Quantity;
        expect(again.digits * 10n ** BigInt(decimals - again.decimals)).toBe(BigInt(digits));
      }),
    );
  });

  test('the difference is exact where floating point is not', () => {
    const bound = parseQuantity('9007199254740990.1') as Quantity;
    expect(formatQuantity(differenceFrom(Number.MAX_SAFE_INTEGER, bound))).toBe('0.9');
  });
});
