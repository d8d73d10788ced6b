import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { conventions } from '../../../src/analysis/conventions/registry.ts';
import { json, runFake } from '../../cli/fake-io.ts';

const schema = async (name: string) =>
  JSON.parse(
    await readFile(new URL(`../../../schema/${name}.schema.json`, import.meta.url), 'utf8'),
  ) as object;

test('the tally of AlexNet and VGG-11 side by side, with its lines', async () => {
  const argv = ['compare', 'alexnet', 'vgg11', '--convention', 'hand', '--input', '1x3x224x224'];
  const { code, stdout, stderr } = await runFake(argv);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/conv1 +conv2d +96×3×11×11 +34,848\n/);
  expect(stdout).toMatch(/block1\.conv1 +conv2d +64×3×3×3 +1,728\n/);
  expect(stdout).toMatch(/fc1 +linear +4096×25088 \+ 4096 +102,764,544\n/);
  expect(stdout).toMatch(/total +29,964,320\n/);
  expect(stdout).toMatch(/total +111,982,272\n/);
  expect(stdout).toMatch(/parameters +29,964,320 +111,982,272 +3\.74×/);
});

test.each(conventions.map(({ name }) => name))('--convention %s in every format', async (name) => {
  const { code, stdout } = await runFake(['lenet', '--convention', name]);
  expect(code).toBe(0);
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  const { counted } = await json(['lenet', '--convention', name]);
  const { stdout: csv } = await runFake(['lenet', '--convention', name, '--format', 'csv']);
  const [head, ...records] = csv
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  for (const { calls, total } of counted.tallies) {
    const column = head!.lastIndexOf(calls);
    expect(records.reduce((sum, record) => sum + Number(record[column]), 0)).toBe(total);
    expect(stdout).toContain(total.toLocaleString('en-US'));
  }
  const { stdout: markdown } = await runFake(['lenet', '--convention', name, '--format', 'markdown']);
  expect(markdown).toContain('| **total** |');
});

test('the JSON keeps its meaning and says the tally beside it, as the schema has it', async () => {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  ajv.addSchema(await schema('analysis'));
  const validate = ajv.getSchema('urn:vgg-inspect:analysis:1')!;
  for (const name of ['hand', 'thop', 'deepspeed', 'all']) {
    const analysis = await json(['torchvision/resnet18', '--convention', name]);
    void validate(analysis);
    expect(validate.errors ?? []).toEqual([]);
    expect(analysis.totals.params).toBe(11_689_512);
    expect(analysis.totals.macs).toBe(1_814_073_344);
    expect(analysis.convention.name).toBe('default');
  }
  const { counted } = await json(['torchvision/resnet18', '--convention', 'thop']);
  expect(counted).toMatchObject({ convention: 'thop', params: 11_689_512, macs: 1_824_033_792 });
});

test('an assertion may name the tally', async () => {
  const argv = ['alexnet', '--input', '1x3x224x224', '--convention', 'hand', '--assert'];
  expect((await runFake([...argv, 'counted.params==29964320'])).code).toBe(0);
  const { code, stderr } = await runFake([...argv, 'counted.params==29964321']);
  expect({ code, stderr }).toMatchObject({ code: 1 });
  expect(stderr).toContain('actual 29964320');
});

test('the ledger has a row for each number, within 80 columns', async () => {
  const { stdout } = await runFake(['torchvision/vgg16', '--convention', 'all']);
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  for (const { name } of conventions) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
  expect(stdout).toMatch(/^thop-2019 +MACs +15,607,495,680 +\+123,633,664 +linear doubled\n/m);
  const { ledger } = await json(['torchvision/vgg16', '--convention', 'all']);
  expect(ledger).toContainEqual({
    convention: 'fvcore',
    quantity: 'macs',
    calls: 'flops',
    total: 15_470_289_408,
    baseline: 15_470_264_320,
    differences: [{ cause: 'pooling', count: 25_088 }],
  });
});

test('--only hides lines and not the total; --depth folds blocks', async () => {
  const { stdout } = await runFake(['vgg11', '--convention', 'default', '--only', 'linear']);
  expect(stdout).not.toContain('conv1');
  expect(stdout).toContain('128,806,154');
  expect(stdout).toMatch(/--only linear hides \d+ layers that the total counts/);
  const folded = (await runFake(['vgg11', '--convention', 'default', '--depth', '1'])).stdout;
  expect(folded).toMatch(/^block3 +block +885,248 /m);
  expect(folded).not.toContain('block3.conv1');
});

describe('one line, exit code 2, empty stdout', () => {
  test.each<[string[], RegExp]>([
    [['vgg11', '--convention', 'torchinof'], /unknown convention 'torchinof' \(did you mean torchinfo\?\)/],
    [['vgg11', '--convention', '__proto__'], /unknown convention '__proto__' \(there are all, default/],
    [['vgg11', '--convention'], /needs a value/],
    [['vgg11', '--convention', 'hand', '--memory'], /--memory and --convention contradict/],
    [['compare', 'vgg11', 'alexnet', '--convention', 'x'], /unknown convention 'x'/],
  ])('%j', async (argv, words) => {
    const { code, stdout, stderr } = await runFake(argv);
    expect({ code, stdout, lines: stderr.split('\n').length - 1 }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toMatch(words);
  });
});
