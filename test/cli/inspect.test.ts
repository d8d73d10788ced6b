import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { macros } from '../../src/arch/spec/macros/registry.ts';
import { layerKinds } from '../../src/layers/registry.ts';
import { loadData } from '../../src/train/data/load.ts';
import { json, runFake } from './fake-io.ts';

const halves = '((2,16),(2,32),(2,64),(2,128),(2,128))';

describe('counts of a command line, as integers from JSON', () => {
  test.each<[string, number, number | undefined]>([
    ['alexnet --input 1x1x224x224', 46_764_746, 938_146_176],
    ['vgg11 --input 1x1x224x224', 128_806_154, 7_547_232_256],
    ['vgg11 --ratio 4 --input 1x1x224x224', 43_093_322, 512_155_648],
    ['vgg11 --input 1x1x96x96', 44_920_074, 1_399_955_456],
    ['vgg16-1x1 --input 1x1x224x224', 129_581_770, 11_709_030_400],
    ['vgg16-1x1 --ratio 4 --input 1x1x224x224', 43_142_074, 772_268_032],
    [`--conv-arch ${halves} --pointwise-from 256`, 43_104_890, 743_366_656],
    ['--conv-arch ((1,64),(1,128),(2,256),(2,512),(2,512))', 128_806_154, 7_547_232_256],
    ['--conv-arch [[1,64],[1,128],[2,256],[2,512],[2,512]]', 128_806_154, 7_547_232_256],
    ['--cfg 64,M,128,M,256,256,M,512,512,M,512,512,M', 132_863_336, 7_609_090_048],
    ['torchvision/googlenet', 6_624_904, undefined],
    ['torchvision/googlenet --aux-logits', 13_004_888, undefined],
    ['torchvision/googlenet --no-aux-logits', 6_624_904, undefined],
  ])('%s', async (line, params, macs) => {
    const { totals } = await json(line.split(' '));
    expect(totals.params).toBe(params);
    if (macs !== undefined) expect(totals.macs).toBe(macs);
  });
});

describe('--input and --batch', () => {
  test.each([
    ['--input 2x3x64x32', [2, 3, 64, 32]],
    ['--input 3x64x32', [1, 3, 64, 32]],
    ['--input 3x64x32 --batch 5', [5, 3, 64, 32]],
    ['--input 5x3x64x32 --batch 5', [5, 3, 64, 32]],
    ['--batch 7', [7, 1, 224, 224]],
    ['--input 1×3×64×32', [1, 3, 64, 32]],
    ['--input 1X3X64X32', [1, 3, 64, 32]],
  ])('%s', async (line, shape) => {
    expect((await json(['vgg11', ...line.split(' ')])).input.shape).toEqual(shape);
  });

  test('more input channels widen the first convolution alone', async () => {
    const gray = await json(['vgg11']);
    const color = await json(['vgg11', '--input', '3x224x224']);
    expect(color.totals.params - gray.totals.params).toBe(2 * 9 * 64);
  });
});

test('--only conv,linear lists the eleven weight layers and counts all the others too', async () => {
  const { layers, totals } = await json(['vgg11', '--only', 'conv,linear']);
  const blocks =
    'block1.conv1 block2.conv1 block3.conv1 block3.conv2 block4.conv1 block4.conv2 block5.conv1 block5.conv2';
  expect(layers.map(({ path }: { path: string }) => path)).toEqual(`${blocks} fc1 fc2 fc3`.split(' '));
  expect(totals).toEqual((await json(['vgg11'])).totals);
});

test('--only may be repeated', async () => {
  const once = await json(['vgg11', '--only', 'conv,linear']);
  expect(await json(['vgg11', '--only', 'conv', '--only', 'linear'])).toEqual(once);
});

test('--classes, --head and --name', async () => {
  const { layers, model } = await json(['vgg11', '--classes', '7', '--head', 'fixed', '--name', 'mine']);
  expect(model.name).toBe('mine');
  expect(layers.at(-1).outputShape).toEqual([1, 7]);
  expect(layers.find(({ path }: { path: string }) => path === 'fc1').attributes.in_features).toBe(25088);
});

test('--dtype stands in the JSON', async () => {
  expect((await json(['vgg11', '--dtype', 'bfloat16'])).input.dtype).toBe('bfloat16');
});

describe('warnings go to stderr and into the JSON', () => {
  const cases: [string, string, RegExp][] = [
    ['vgg11 --input 1x1x96x96', 'head-shrank', /fc1 takes 4608 features \(512×3×3\) instead of 25088/],
    ['vgg11 --input 1x1x96x96', 'input-too-small', /96×96 is smaller than the 224×224/],
    ['vgg16-1x1 --ratio 4', 'ratio-keeps-structure', /keeps all 16 weight layers; .* gives one with 13/],
    [
      `vgg16-1x1 --conv-arch ${halves}`,
      'depth-differs-from-name',
      /vgg16-1x1 says 16 weight layers, the graph has 13/,
    ],
    [
      `--conv-arch ${halves} --pointwise-from 256 --name vgg16`,
      'depth-differs-from-name',
      /says 16 .* has 13/,
    ],
  ];
  test.each(cases)('%s: %s', async (line, code, message) => {
    const { warnings } = await json(line.split(' '));
    const warning = warnings.find((w: { code: string }) => w.code === code);
    expect(warning?.message).toMatch(message);
    const { stdout, stderr } = await runFake([...line.split(' '), '--format', 'csv']);
    expect(stderr).toContain(`warning: ${warning.message}\n`);
    expect(stdout).not.toContain(warning.message);
  });

  test('none without cause', async () => {
    expect((await runFake(['vgg16-1x1'])).stderr).toBe('');
    expect((await json(['vgg11', '--ratio', '4'])).warnings).toEqual([]);
  });
});

describe('a spec', () => {
  const spec = 'input: [1, 8, 8]\nclasses: 10\nlayers: [flatten, {linear: {out_features: 10}}]\n';
  const cwd = mkdtempSync(join(tmpdir(), 'vgg-inspect-'));
  writeFileSync(join(cwd, 'small.yaml'), spec);
  writeFileSync(join(cwd, 'small.yml'), `\uFEFF${spec.replaceAll('\n', '\r\n')}`);
  writeFileSync(join(cwd, 'vgg11.txt'), spec);
  writeFileSync(
    join(cwd, 'small.json'),
    '{"input": [1, 8, 8], "layers": ["flatten", {"linear": {"out_features": 10}}]}',
  );

  test.each([
    ['small.yaml'],
    ['small.yml'],
    ['small.json'],
    ['vgg11.txt'],
    ['./small.yaml'],
    [join(cwd, 'small.yaml')],
  ])('from %s', async (file) => {
    const { model, totals } = await json([file], { cwd });
    expect(model.name).toBe(file.includes('vgg11') ? 'vgg11.txt' : 'small');
    expect(totals.params).toBe(650);
  });

  test('from standard input', async () => {
    const { model, totals } = await json(['-'], { stdin: spec });
    expect({ name: model.name, params: totals.params }).toEqual({ name: 'stdin', params: 650 });
  });

  test('with other classes', async () => {
    expect((await json(['small.yaml', '--classes', '3'], { cwd })).totals.params).toBe(195);
  });

  test('compared with a built-in name', async () => {
    const { models } = await json(['compare', 'lenet', '-'], { stdin: spec });
    expect(models.map(({ model }: { model: { name: string } }) => model.name)).toEqual(['lenet', 'stdin']);
  });
});

test('compare: the options hold for every network', async () => {
  const { models } = await json(['compare', 'alexnet', 'vgg11', '--input', '2x3x224x224', '--classes', '5']);
  expect(models.map(({ totals }: { totals: { params: number } }) => totals.params)).toEqual([
    (await json(['alexnet', '--input', '2x3x224x224', '--classes', '5'])).totals.params,
    (await json(['vgg11', '--input', '2x3x224x224', '--classes', '5'])).totals.params,
  ]);
});

test('compare names the network that a warning is about', async () => {
  const { stderr } = await runFake(['compare', 'lenet', 'vgg11', '--input', '1x1x96x96']);
  expect(stderr).toMatch(/^warning: vgg11: the head shrank/m);
});

test('list shows every architecture', async () => {
  const { architectures } = await json(['list']);
  const names = architectures.map(({ name }: { name: string }) => name);
  for (const name of ['vgg11', 'vgg16-1x1', 'torchvision/resnet50', 'paper/vgg-e'])
    expect(names).toContain(name);
  expect((await json(['list', 'architectures'])).architectures).toEqual(architectures);
});

test('list layers shows every kind that a spec may name, with its arguments', async () => {
  const { layers } = await json(['list', 'layers']);
  const summaries = new Map(
    layers.map((item: { name: string; summary: string }) => [item.name, item.summary]),
  );
  expect([...summaries.keys()].sort()).toEqual([...layerKinds.keys(), ...macros.keys()].sort());
  expect(summaries.get('linear')).toBe('in_features, out_features, bias');
  expect(summaries.get('repeat')).toBe('times, layers');
});

test('list data shows what --data names, in its true size', async () => {
  const { 'data sets': sets } = await json(['list', 'data']);
  expect(sets.map(({ name }: { name: string }) => name)).toEqual(['fashion-mnist', 'mnist', 'synthetic']);
  const { train, test: tested } = await loadData('synthetic', { classes: 10, seed: 0, cwd: '', env: {} });
  expect(sets[2]).toMatchObject({
    train: train.count,
    test: tested.count,
    image: `1×${train.rows}×${train.columns}`,
  });
});

describe('help and version', () => {
  test.each([[['--help']], [['help']], [['-h']], [['inspect', '--help']], [['help', 'inspect']]])(
    '%j',
    async (argv) => {
      const { code, stdout, stderr } = await runFake(argv);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/--input <size>[^]*Commands:\n  inspect/);
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );

  test.each(['inspect', 'compare', 'list'])('help of %s', async (name) => {
    expect((await runFake(['help', name])).stdout).toContain(
      `Usage: vgg-inspect ${name === 'inspect' ? '[inspect]' : name}`,
    );
  });

  test('--version', async () => {
    expect(await runFake(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });
});
