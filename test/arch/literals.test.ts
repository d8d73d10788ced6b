import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { parseCfg } from '../../src/arch/literal/cfg.ts';
import { cfgNetwork, convArchNetwork } from '../../src/arch/literal/networks.ts';
import { parseConvArch } from '../../src/arch/literal/conv-arch.ts';
import { buildArchitecture } from '../../src/arch/architecture.ts';
import { architecture } from '../../src/arch/catalog.ts';
import { VggError } from '../../src/core/errors/error.ts';
import { refusal } from './refusal.ts';

const book = [
  [1, 64],
  [1, 128],
  [2, 256],
  [2, 512],
  [2, 512],
];

describe('--conv-arch', () => {
  test.each([
    '((1,64),(1,128),(2,256),(2,512),(2,512))',
    '((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))',
    '[[1,64],[1,128],[2,256],[2,512],[2,512]]',
    '[(1,64),(1,128),(2,256),(2,512),(2,512)]',
    ' ( (1,64,), (1,128),(2,256),(2,512),(2,512), ) ',
    '((1,64),\n (1,128),\n (2,256),\n (2,512),\n (2,512))',
    '((1e0,6.4e1),(1,128),(2,+256),(2,512.0),("2",512))',
  ])('reads %j', (text) => expect(parseConvArch(text)).toEqual(book));

  test.each([
    ['', 1, 'is empty'],
    ['   ', 1, 'is empty'],
    ['()', 1, 'has no block'],
    ['[[]]', 2, 'needs two numbers in a block, convolutions and channels, not 0'],
    ['((1,64),(1,', 12, "ends before the '(' of column 9 is closed"],
    ['((1,64),(1,128)', 16, "ends before the '(' of column 1 is closed"],
    ['((1,64),(1,128)))', 17, "has something after its end: ')'"],
    ['((1,64),(1,128]', 15, "has a ']' where '(' of column 9 must be closed"],
    ['((1,64)(1,128))', 8, "needs a comma before '('"],
    ['((1 64),(1,128))', 5, "needs a comma before '64'"],
    ['((1,,64))', 5, 'has a comma with nothing before it'],
    ['(1,64)', 2, "needs a block such as (2,128) here, not '1'"],
    ['1,64', 1, "must start with a bracket, not '1'"],
    ['((1))', 2, 'needs two numbers in a block, convolutions and channels, not 1'],
    ['((1,64,3))', 8, 'needs two numbers in a block, convolutions and channels, not 3'],
    ['((1,(64)))', 5, 'needs a number of channels here, not another list'],
    ['((0,64))', 3, "needs a number of convolutions of at least 1, not '0'"],
    ['((1,-64))', 5, "needs a number of channels of at least 1, not '-64'"],
    ['((1.5,64))', 3, "needs a number of convolutions as a whole number, not '1.5'"],
    ['((1,64x))', 5, "needs a number of channels as a whole number, not '64x'"],
    ['((1,0x40))', 5, "needs a number of channels as a whole number, not '0x40'"],
    ['((1,NaN))', 5, "needs a number of channels as a whole number, not 'NaN'"],
    ['((1,Infinity))', 5, "needs a number of channels as a whole number, not 'Infinity'"],
    ['((1,2147483648))', 5, "needs a number of channels below 2^31, not '2147483648'"],
    ['((1,1e99))', 5, "needs a number of channels below 2^31, not '1e99'"],
    ['((1,-1e999))', 5, "needs a number of channels of at least 1, not '-1e999'"],
    ["((1,'64))", 6, "needs a comma before '64'"],
    ['conv_arch', 1, "must start with a bracket, not 'conv_arch'"],
    ['{"a":1}', 1, `must start with a bracket, not '{'`],
  ])('refuses %j at column %i', (text, column, problem) => {
    const { code, args, location } = refusal(() => parseConvArch(text)) as VggError<'bad-conv-arch'>;
    expect({ code, location, problem: args.problem }).toEqual({
      code: 'bad-conv-arch',
      location: { file: '--conv-arch', column },
      problem,
    });
  });

  test('refuses on one short line, however long the text', () => {
    for (const text of [
      '('.repeat(99_999),
      'x'.repeat(99_999),
      '9'.repeat(200_000),
      `((1,${'9'.repeat(5000)}))`,
    ]) {
      const { line } = refusal(() => parseConvArch(text));
      expect(line).not.toContain('\n');
      expect(line.length).toBeLessThan(250);
    }
  });

  test('builds what the name builds', () => {
    const named = analyze(buildArchitecture(architecture('vgg11')));
    const built = analyze(convArchNetwork('((1,64),(1,128),(2,256),(2,512),(2,512))'));
    expect(built.totals).toEqual(named.totals);
    expect(built.layers).toEqual(named.layers);
    expect(built.model).toEqual({ name: 'vgg', source: 'command line', weightLayers: 11 });
  });

  test('takes the choices of the book', () => {
    const graph = convArchNetwork('((1,8),(1,16))', {
      name: 'tiny',
      classes: 3,
      pointwiseFrom: 16,
      head: 'fixed',
    });
    const kernels = graph.nodes.filter(({ kind }) => kind === 'conv2d').map(({ path }) => path);
    expect(kernels).toEqual(['block1.conv1', 'block2.conv1', 'block2.conv2']);
    expect(graph.name).toBe('tiny');
    expect(refusal(() => analyze(graph)).code).toBe('features-mismatch');
    expect(() => analyze(graph, { input: [1, 1, 28, 28] })).not.toThrow();
  });

  test('refuses more layers than anyone has', () => {
    expect(refusal(() => convArchNetwork('((2000000000,64))')).code).toBe('too-many-layers');
  });
});

describe('--cfg', () => {
  test.each([
    '64,M,128,M,256,256,M',
    ' 64 , M , 128 , M , 256 , 256 , M ',
    "[64, 'M', 128, 'M', 256, 256, 'M']",
    '[64, "M", 128, "M", 256, 256, "M"]',
    '(64,M,128,M,256,256,M,)',
  ])('reads %j', (text) => expect(parseCfg(text)).toEqual([64, 'M', 128, 'M', 256, 256, 'M']));

  test.each([
    ['', 1, 'is empty'],
    ['[]', 1, 'has no layer'],
    ['64,,M', 4, 'has a comma with nothing before it'],
    ['64 M', 4, "needs a comma before 'M'"],
    ['64,X', 4, "needs M or a convolution's channels as a whole number, not 'X'"],
    ['A', 1, "needs M or a convolution's channels as a whole number, not 'A'"],
    ['64,0,M', 4, "needs M or a convolution's channels of at least 1, not '0'"],
    ['64,-1', 4, "needs M or a convolution's channels of at least 1, not '-1'"],
    ['6.4,M', 1, "needs M or a convolution's channels as a whole number, not '6.4'"],
    ['99999999999', 1, "needs M or a convolution's channels below 2^31, not '99999999999'"],
    ['[64,M', 6, "ends before the '[' of column 1 is closed"],
    ['64,M]', 5, "has a ']' that closes nothing"],
    ['64,[M]', 4, "needs M or a convolution's channels here, not another list"],
  ])('refuses %j at column %i', (text, column, problem) => {
    const { code, args, location } = refusal(() => parseCfg(text)) as VggError<'bad-cfg'>;
    expect({ code, location, problem: args.problem }).toEqual({
      code: 'bad-cfg',
      location: { file: '--cfg', column },
      problem,
    });
  });

  test('builds what the name builds', () => {
    for (const batchNorm of [false, true]) {
      const named = analyze(buildArchitecture(architecture(`torchvision/vgg11${batchNorm ? '_bn' : ''}`)));
      const built = analyze(cfgNetwork('64,M,128,M,256,256,M,512,512,M,512,512,M', { batchNorm }));
      expect(built.layers).toEqual(named.layers);
      expect(built.totals).toEqual(named.totals);
    }
  });

  test('lets the head follow the last channels', () => {
    const { layers } = analyze(cfgNetwork('64,M,128,M,256,256,M', { classes: 10 }));
    expect(layers.find(({ path }) => path === 'classifier.0')!.inputShapes).toEqual([[1, 256 * 49]]);
    expect(layers.at(-1)!.outputShape).toEqual([1, 10]);
  });
});

describe('any text at all', () => {
  const alphabet = fc.constantFrom(...'()[]{},0123456789-.eM\'" \n×x_'.split(''));
  const text = fc.oneof(fc.string({ unit: alphabet, maxLength: 40 }), fc.string({ maxLength: 40 }));

  test.each([
    ['--conv-arch', parseConvArch],
    ['--cfg', parseCfg],
  ] as const)('is read or refused at a column: %s', (file, parse) => {
    fc.assert(
      fc.property(text, (candidate) => {
        let read: readonly unknown[];
        try {
          read = parse(candidate);
        } catch (error) {
          expect(error).toBeInstanceOf(VggError);
          const { location } = error as VggError;
          expect(location.file).toBe(file);
          expect(location.column).toBeGreaterThanOrEqual(1);
          expect(location.column).toBeLessThanOrEqual(candidate.length + 1);
          return;
        }
        expect(read.length).toBeGreaterThan(0);
        for (const value of read.flat()) expect(value === 'M' || Number.isInteger(value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('reads back what was written', () => {
    const size = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    const arch = fc.array(fc.tuple(size, size), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(arch, (blocks) => {
        const tuples = `(${blocks.map((block) => `(${block.join(', ')})`).join(', ')},)`;
        expect(parseConvArch(tuples)).toEqual(blocks);
        expect(parseConvArch(JSON.stringify(blocks))).toEqual(blocks);
      }),
    );
  });
});
