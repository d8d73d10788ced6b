import { describe, expect, test } from 'vitest';
import { json, runFake } from './fake-io.ts';

const headline = async (...argv: string[]) => (await runFake(argv)).stdout.split('\n', 1)[0];

describe('a name without its source', () => {
  test.each([
    ['resnet50', 'torchvision/resnet50'],
    ['ResNet50', 'torchvision/resnet50'],
    ['vgg16_bn', 'torchvision/vgg16_bn'],
    ['vgg-a', 'paper/vgg-a'],
    ['VGG11', 'vgg11'],
    ['MobileNetV2', 'torchvision/mobilenet_v2'],
  ])('%s is %s, and it is said', async (given, name) => {
    const { code, stdout, stderr } = await runFake([given, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).model.name).toBe(name);
    expect(stderr).toMatch(new RegExp(`^note: ${given} is ${name}$`, 'm'));
  });

  test('its own name stays its own', async () => {
    const { stderr, stdout } = await runFake(['resnet18', '--json']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).model).toMatchObject({ name: 'resnet18', source: 'd2l' });
  });
});

describe('sizes as other tools write them', () => {
  test.each([
    ['3,224,224', '1×3×224×224'],
    ['(1, 3, 224, 224)', '1×3×224×224'],
    ['[2,3,96,96]', '2×3×96×96'],
    ['96', '1×1×96×96'],
    ['96x128', '1×1×96×128'],
  ])('--input %s', async (size, shape) => {
    expect(await headline('vgg11', '--input', size)).toContain(`input ${shape} `);
  });

  test('--input-size, --batch-size and --num-classes', async () => {
    const argv = ['vgg11', '--input-size=1,96,96', '--batch-size', '4', '--num-classes', '7', '--json'];
    const { input, layers } = await json(argv.slice(0, -1));
    expect(input.shape).toEqual([4, 1, 96, 96]);
    expect(layers.at(-1).outputShape).toEqual([4, 7]);
  });
});

describe('commands', () => {
  test.each([
    [['summary', 'vgg11'], /unknown command 'summary' \(there are inspect, compare/],
    [['comapre', 'vgg11', 'alexnet'], /unknown command 'comapre' \(did you mean compare\?\)/],
    [['help', 'fti'], /unknown command 'fti' \(did you mean fit\?\)/],
    [['vgg11.yaml', 'b'], /one argument too many: 'b'/],
  ])('%j', async (argv, words) => {
    const { code, stdout, stderr } = await runFake(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
  });

  test('help fit is fit --help, and -v and -V show the version', async () => {
    const [first, second] = [await runFake(['help', 'fit']), await runFake(['fit', '--help'])];
    expect(first).toEqual(second);
    const versions = [await runFake(['-v']), await runFake(['-V']), await runFake(['--version'])];
    for (const { code, stdout } of versions) expect([code, stdout]).toEqual([0, versions[0]!.stdout]);
    expect(versions[0]!.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('--quiet leaves out warnings and notes, and keeps errors and assertions', async () => {
    const small = ['vgg11', '--input', '96'];
    expect((await runFake(small)).stderr).toContain('warning: ');
    expect((await runFake([...small, '--quiet'])).stderr).toBe('');
    expect((await runFake(['resnet50', '-q'])).stderr).toBe('');
    expect((await runFake(['vgg12', '-q'])).stderr).toContain('unknown architecture');
    expect((await runFake(['vgg11', '-q', '--assert', 'params==1'])).stderr).toContain('assertion failed');
  });
});

describe('fit', () => {
  test('--batch takes a list', async () => {
    const { memory, batch } = await json(['fit', 'lenet', '--batch', '16,8,100', '--device', 't4']);
    expect(memory.map((one: { batch: number }) => one.batch)).toEqual([8, 16, 100]);
    expect(batch).toEqual({ from: 8, to: 100 });
  });

  test('--device all is every device whose memory is known', async () => {
    const { devices } = await json(['fit', 'lenet', '--device', 'all']);
    const listed = await json(['list', 'devices']);
    const known = listed.devices.filter(({ memory }: { memory: string }) => memory !== 'unified');
    expect(devices.map(({ name }: { name: string }) => name)).toEqual(
      known.map(({ name }: { name: string }) => name),
    );
  });
});

describe('an option without effect is an error', () => {
  test.each<[string[], string]>([
    [['vgg11', '--memory', '--format', 'csv'], '--memory has no effect on --format csv'],
    [['vgg11', '--memory', '--format', 'markdown'], '--memory has no effect on --format markdown'],
    [['vgg11', '--convention', 'all', '--only', 'conv'], '--only has no effect on --convention all'],
    [['vgg11', '--convention', 'all', '--depth', '1'], '--depth has no effect on --convention all'],
    [['vgg11', '--eval-norm'], '--eval-norm has no effect on vgg11'],
    [['compare', 'alexnet', 'vgg11', '--only', 'conv'], '--only has no effect on the comparison'],
    [['compare', 'alexnet', 'vgg11', '--depth', '1'], '--depth has no effect on the comparison'],
    [
      ['compare', 'alexnet', 'vgg11', '--convention', 'hand', '--device', 't4'],
      '--device has no effect on --convention hand',
    ],
    [
      ['compare', 'alexnet', 'vgg11', '--rows', 'networks', '--json'],
      '--rows has no effect on --format json',
    ],
    [['reconcile', 'lenet', '61706', '--batch', '1,2'], '--batch has no effect on --what params'],
    [['reconcile', 'lenet', '61706', '--no-foreach'], '--no-foreach has no effect on --what params'],
    [['reconcile', 'lenet', '61706', '--dtype', 'amp'], '--dtype has no effect on --what params'],
    [['reconcile', 'lenet', '61706', '--lines', '1', '--json'], '--lines has no effect on --format json'],
    [['fit', 'lenet', '--device', '8GiB', '--epochs', '2'], '--epochs has no effect on devices'],
    [['fit', 'lenet', '--format', 'csv', '--examples', '2'], '--examples has no effect on --format csv'],
    [['train', 'lenet', '--evaluate', 'x', '--lr', '1'], '--lr has no effect on --evaluate'],
    [['train', 'lenet', '--epochs', '0', '--log', 'x'], '--log has no effect on --epochs 0'],
  ])('%j', async (argv, words) => {
    const { code, stdout, stderr } = await runFake(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
  });
});
