import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runFake, type FakeProcess } from './fake-io.ts';

const cwd = mkdtempSync(join(tmpdir(), 'vgg-inspect-'));
mkdirSync(join(cwd, 'folder.yaml'));
writeFileSync(join(cwd, 'empty.yaml'), '');
writeFileSync(join(cwd, 'blank.json'), ' \n\n');
writeFileSync(join(cwd, 'binary.yaml'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0xff, 0xfe]));
writeFileSync(join(cwd, 'zeros.yaml'), 'input: \0');
writeFileSync(join(cwd, 'picture'), Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff]));
writeFileSync(join(cwd, 'huge.yaml'), Buffer.alloc(50_000_000, 'a'));
writeFileSync(join(cwd, 'net.onnx'), 'x');
writeFileSync(join(cwd, 'fine.yaml'), 'input: [1, 8, 8]\nlayers: [flatten, {linear: {out_features: 10}}]\n');

/** Exit code 2, nothing on stdout, and exactly one line on stderr, which is returned. */
async function complaint(argv: readonly string[], fake: FakeProcess = {}): Promise<string> {
  const { code, stdout, stderr } = await runFake(argv, { cwd, ...fake });
  expect({ code, stdout, lines: stderr.split('\n').length - 1 }).toEqual({ code: 2, stdout: '', lines: 1 });
  expect(stderr).toMatch(/^error: [^\n]+\n$/);
  return stderr.trimEnd();
}

const vgg11 = (...more: string[]) => ['vgg11', ...more];

describe('one line, exit code 2, empty stdout', () => {
  test.each<[string, string[], string | RegExp]>([
    ['no architecture', [], 'error: the architecture is missing (for example: vgg-inspect vgg11)'],
    ['unknown name', ['vgg12'], /^error: unknown architecture 'vgg12' \(did you mean vgg1\d/],
    ['unknown name, nothing near', ['zzzzzzzzzz'], /unknown architecture 'zzzzzzzzzz' \(`vgg-inspect list`/],
    ['__proto__', ['__proto__'], /unknown architecture '__proto__'/],
    ['constructor', ['constructor'], /unknown architecture 'constructor'/],
    ['toString', ['toString'], /unknown architecture 'toString'/],
    ['empty name', [''], /unknown architecture ''/],
    ['control characters', ['\u001b[31mred'], /unknown architecture '\\u\{001b\}\[31mred'/],
    ['a second name', ['vgg11', 'vgg13'], /one argument too many: 'vgg13'/],
    ['a misspelled command', ['compre', 'vgg11'], /unknown command 'compre' \(did you mean compare\?\)/],
    [
      'unknown option',
      vgg11('--inptu', '1x1x8x8'),
      "error: unknown option '--inptu' (did you mean --input?)",
    ],
    [
      'unknown option with a value',
      vgg11('--baatch=3'),
      /unknown option '--baatch' \(did you mean --batch, --match\?\)/,
    ],
    ['option like a property', vgg11('--__proto__=3'), /unknown option '--__proto__'/],
    ['option without its value', vgg11('--input'), /--input <size> needs a value/],
    ['flag with a value', vgg11('--json=yes'), /the option --json takes no value/],

    ['--input of words', vgg11('--input', 'large'), /--input 'large' is not a list of sizes \(give NxCxHxW/],
    ['--input empty', vgg11('--input', ''), /--input '' is not a list of sizes/],
    ['--input with a hole', vgg11('--input', '1x1xx224'), /is not a list of sizes/],
    ['--input too long', vgg11('--input', '1x1x1x224x224'), /has 5 sizes/],
    ['--input zero', vgg11('--input', '1x1x0x224'), /has a size of 0/],
    ['--input negative', vgg11('--input', '1x1x-224x224'), /has a negative size, -224/],
    ['--input fractional', vgg11('--input', '1x1x224.5x224'), /has a fraction for a size, 224.5/],
    ['--input exponent', vgg11('--input', '1x1x1e3x224'), /is not a list of sizes/],
    ['--input hexadecimal', vgg11('--input', '1x1x0x10x224'), /has 5 sizes|size of 0/],
    ['--input overflowing', vgg11('--input', '1x1x99999999999x224'), /has a size above 2147483647/],
    ['--batch zero', vgg11('--batch', '0'), /--batch must be a whole number from 1 to 2147483647, not '0'/],
    ['--batch negative', vgg11('--batch', '-4'), /--batch must be a whole number/],
    ['--batch fractional', vgg11('--batch', '1.5'), /--batch must be a whole number/],
    ['--batch of words', vgg11('--batch', 'many'), /not 'many'/],
    ['--batch NaN', vgg11('--batch', 'NaN'), /not 'NaN'/],
    ['--batch overflowing', vgg11('--batch', '1e400'), /--batch must be a whole number/],
    [
      'two batches',
      vgg11('--input', '2x1x224x224', '--batch', '3'),
      /--input with a batch of 2 and --batch 3/,
    ],
    ['elements beyond 2^53', vgg11('--input', '2147483647x1x224x224'), /passes 2\^53/],
    ['image beyond 2^53', vgg11('--input', '1x1x2147483647x2147483647'), /passes 2\^53/],
    ['--ratio zero', vgg11('--ratio', '0'), /--ratio must be a whole number/],
    ['--ratio that does not divide', vgg11('--ratio', '3'), /block1.conv1: --ratio 3 does not divide 64/],
    ['--classes zero', vgg11('--classes', '0'), /--classes must be a whole number/],
    ['--depth zero', vgg11('--depth', '0'), /--depth must be a whole number/],
    [
      '--dtype unknown',
      vgg11('--dtype', 'float31'),
      /--dtype must be .*, not 'float31' \(did you mean float32/,
    ],
    [
      '--format unknown',
      vgg11('--format', 'xml'),
      /--format must be table, json, markdown, latex or csv, not 'xml'/,
    ],
    ['--json with another format', vgg11('--json', '--format', 'csv'), /--json and --format csv contradict/],
    ['--only unknown', vgg11('--only', 'cnov'), /--only: 'cnov' .*did you mean conv/],
    ['--only with a hole', vgg11('--only', 'conv,,linear'), /--only must be words separated by commas/],
    ['--head unknown', vgg11('--head', 'loose'), /--head must be follow or fixed/],
    [
      '--head not read',
      ['resnet18', '--head', 'fixed'],
      /--head has no effect on resnet18 .*it is for lenet, alexnet/,
    ],
    ['--aux-logits not read', vgg11('--aux-logits'), /--aux-logits has no effect on vgg11/],
    ['--no-aux-logits not read', vgg11('--no-aux-logits'), /--no-aux-logits has no effect on vgg11/],
    [
      '--pointwise-from not read',
      ['alexnet', '--pointwise-from', '9'],
      /--pointwise-from has no effect on alexnet/,
    ],
    ['--name with control characters', vgg11('--name', 'a\u0007'), /--name must be a text of up to 100/],
    [
      'fixed head on a small input',
      vgg11('--head', 'fixed', '--input', '1x1x96x96'),
      /block fc1 expects 25088 input features, the layers before it give 4608 \(512×3×3 from a 96×96 input\)/,
    ],
    [
      'input too small to go through',
      vgg11('--input', '1x1x16x16'),
      /block5.pool: the window of 2×2 pixels is larger/,
    ],

    [
      'tuple that ends early',
      ['--conv-arch', '((1,64),(1,'],
      /^error: --conv-arch:12: the conv_arch ends before/,
    ],
    ['tuple of words', ['--conv-arch', '((a,b))'], /--conv-arch:3: /],
    ['tuple of zeros', ['--conv-arch', '((0,64))'], /--conv-arch:3: .*at least 1/],
    ['tuple with fractions', ['--conv-arch', '((1.5,64))'], /--conv-arch:3: .*whole number/],
    ['tuple that never ends', ['--conv-arch', '((2147483647,64))'], /more than 100000 layers/],
    ['empty tuple', ['--conv-arch', ''], /--conv-arch:1: /],
    ['tuple and list', ['--conv-arch', '((1,64))', '--cfg', '64,M'], /--conv-arch and --cfg contradict/],
    [
      'tuple for a network without one',
      ['resnet18', '--conv-arch', '((1,64))'],
      /--conv-arch has no effect on resnet18/,
    ],
    ['tuple for an unknown name', ['vgg17', '--conv-arch', '((1,64))'], /unknown architecture 'vgg17'/],
    ['list with a letter', ['--cfg', '64,N'], /^error: --cfg:4: /],
    ['list and a name', ['vgg11', '--cfg', '64,M'], /the name vgg11 and --cfg contradict/],
    ['list with a head', ['--cfg', '64,M', '--head', 'fixed'], /--head has no effect on --cfg/],

    ['missing file', ['no/such.yaml'], /^error: no\/such.yaml: there is no such file/],
    ['missing file without an ending', ['./nothing'], /^error: .\/nothing: there is no such file/],
    ['folder', ['folder.yaml'], /^error: folder.yaml: is a folder/],
    ['folder without an ending', ['.'], /^error: .: is a folder/],
    [
      'path through a file',
      ['fine.yaml/x.yaml'],
      /fine.yaml\/x.yaml: cannot be read: part of its path is a file/,
    ],
    ['binary file', ['binary.yaml'], /^error: binary.yaml: is not UTF-8 text/],
    ['binary file without an ending', ['picture'], /^error: picture: is not UTF-8 text/],
    ['zero bytes', ['zeros.yaml'], /^error: zeros.yaml: is not UTF-8 text/],
    ['empty file', ['empty.yaml'], /^error: empty.yaml: is empty/],
    ['blank file', ['blank.json'], /^error: blank.json: is empty/],
    ['50 MB', ['huge.yaml'], /^error: huge.yaml: is larger than 4 MiB/],
    ['no ONNX', ['net.onnx'], /^error: net.onnx: is no ONNX file or is damaged: the file ends too early/],
    ['Keras', ['net.h5'], /^error: net.h5: Keras files are not supported yet/],
    ['Safetensors', ['w.safetensors'], /^error: w.safetensors: there is no such file/],
    ['empty standard input', ['-'], /^error: <stdin>: is empty/],
    ['--head for a spec', ['fine.yaml', '--head', 'fixed'], /--head has no effect on the spec fine.yaml/],
    [
      '--classes for a spec without',
      ['fine.yaml', '--classes', '5'],
      /fine.yaml: --classes needs a spec that says/,
    ],

    ['assertion without operator', vgg11('--assert', 'params'), /--assert 'params' is not a comparison/],
    ['assertion with =', vgg11('--assert', 'params=1'), /has no operator '='/],
    ['assertion with =<', vgg11('--assert', 'params=<1'), /has no operator '=<'/],
    ['assertion without a value', vgg11('--assert', 'params=='), /is not a comparison/],
    ['assertion on nothing', vgg11('--assert', '==3'), /is not a comparison/],
    [
      'assertion with words',
      vgg11('--assert', 'params==many'),
      /compares the number totals.params with 'many'/,
    ],
    ['assertion with an unknown unit', vgg11('--assert', 'params==3Q'), /has the unknown unit 'Q'/],
    [
      'bytes for a count',
      vgg11('--assert', 'params<=3GiB'),
      /gives bytes, but totals.params does not count bytes/,
    ],
    ['unknown field', vgg11('--assert', 'parms==3'), /unknown field 'parms' \(did you mean params/],
    [
      'unknown layer',
      vgg11('--assert', 'layers.block9.conv1.params==3'),
      /did you mean layers.block\d.conv1.params/,
    ],
    ['unknown field of a layer', vgg11('--assert', 'layers.fc1.parms==3'), /did you mean layers.fc1.params/],
    [
      'field like a property',
      vgg11('--assert', 'totals.constructor==3'),
      /unknown field 'totals.constructor'/,
    ],
    ['field that holds several', vgg11('--assert', 'totals==3'), /totals is not a number, shape or text/],
    [
      'field without a value',
      vgg11('--assert', 'layers.fc3.receptiveField==3'),
      /has no value in this network/,
    ],
    [
      'shape as a number',
      vgg11('--assert', 'input.shape==224'),
      /compares a shape with '224'; write it as 1x1x224x224/,
    ],
    ['ordered shapes', vgg11('--assert', 'input.shape<=1x1x8x8'), /orders shapes/],
    ['ordered texts', vgg11('--assert', 'model.name<vgg'), /orders texts/],

    ['nothing to compare', ['compare'], /compare needs two networks/],
    [
      'one to compare',
      ['compare', 'vgg11'],
      /compare needs two networks \(for example: vgg-inspect compare vgg11 alexnet\)/,
    ],
    ['standard input twice', ['compare', '-', '-'], /standard input can be read only once/],
    ['unknown list', ['list', 'archs'], /unknown list 'archs'/],
    [
      'output into nowhere',
      vgg11('-o', 'no/such/folder.txt'),
      /cannot write no\/such\/folder.txt: there is no such folder/,
    ],
    ['output onto a folder', vgg11('-o', 'folder.yaml'), /cannot write folder.yaml: it is a folder/],
  ])('%s', async (_, argv, expected) => {
    const line = await complaint(argv);
    if (typeof expected === 'string') expect(line).toBe(expected);
    else expect(line).toMatch(expected);
  });
});

test('standard input without end is not read to its end', async () => {
  let given = 0;
  async function* endless() {
    for (;;) {
      given += 65536;
      yield Buffer.alloc(65536, '# comment\n');
    }
  }
  expect(await complaint(['-'], { stdin: endless() })).toMatch(/^error: <stdin>: is larger than 4 MiB/);
  expect(given).toBeLessThan(6 * 2 ** 20);
});

test('binary standard input', async () => {
  expect(await complaint(['-'], { stdin: new Uint8Array([1, 0, 255]) })).toMatch(
    /<stdin>: is not UTF-8 text/,
  );
});

test('a fault of the program keeps its stack and exits 70', async () => {
  const broken: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]() {
      throw new TypeError('broken on purpose');
    },
  };
  const { code, stdout, stderr } = await runFake(['-'], { stdin: broken });
  expect({ code, stdout }).toEqual({ code: 70, stdout: '' });
  expect(stderr).toMatch(/internal error: TypeError: broken on purpose\n +at /);
});
