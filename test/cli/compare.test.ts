import { expect, test } from 'vitest';
import { runFake } from './fake-io.ts';

const eight = [
  'resnet18',
  'resnet50',
  'vgg16',
  'densenet121',
  'mobilenet_v2',
  'efficientnet_b0',
  'convnext_tiny',
  'vit_b_16',
].map((name) => `torchvision/${name}`);

test('--rows networks: one line a network, within 80 columns', async () => {
  const { code, stdout } = await runFake(['compare', '--rows', 'networks', ...eight]);
  expect(code).toBe(0);
  const lines = stdout.split('\n');
  for (const line of lines) expect([...line].length).toBeLessThanOrEqual(80);
  for (const [name, params] of [
    ['resnet18', '11,689,512'],
    ['vit_b_16', '86,567,656'],
  ])
    expect(lines.filter((line) => line.includes(`${name} `) && line.includes(params!))).toHaveLength(1);
});

test('--columns and --units', async () => {
  const argv = ['compare', '--rows', 'networks', 'torchvision/resnet50', 'torchvision/vgg16'];
  const { stdout } = await runFake([
    ...argv,
    '--columns',
    'macs,params,memory',
    '--units',
    'M,MiB',
    '--format',
    'csv',
  ]);
  expect(stdout.trim().split(/\r?\n/)).toEqual([
    'network,input,MACs (M),parameters (M),training memory (MiB)',
    'torchvision/resnet50,1×3×224×224,4089,25.56,255.7',
    'torchvision/vgg16,1×3×224×224,15470,138.4,1115',
  ]);
});

test('the same names choose the rows of the usual comparison', async () => {
  const { stdout } = await runFake(['compare', 'alexnet', 'vgg11', '--columns', 'params', '--units', 'M']);
  expect(stdout).toMatch(/^parameters \(M\) +46\.76 +128\.8 +2\.75×$/m);
  expect(stdout).not.toMatch(/^ +convolution /m);
});

test("no device's time unasked", async () => {
  expect((await runFake(['compare', 'alexnet', 'vgg11'])).stdout).not.toContain('µs');
  const asked = (await runFake(['compare', 'alexnet', 'vgg11', '--device', 't4'])).stdout;
  expect(asked).toContain('µs training t4');
});

test.each([
  ['--columns', 'parms', /--columns must be some of layers, params.*not 'parms' \(did you mean params\?\)/],
  ['--columns', 'time', /--columns time .*--device/],
  ['--units', 'TiB', /--units must be k, M, G, KiB/],
  ['--rows', 'layers', /--rows must be quantities or networks/],
])('%s %s is refused', async (option, value, words) => {
  const { code, stderr } = await runFake(['compare', 'alexnet', 'vgg11', option, value]);
  expect(code).toBe(2);
  expect(stderr).toMatch(words);
});
