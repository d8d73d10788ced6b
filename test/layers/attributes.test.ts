import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VggError } from '../../src/core/errors/error.ts';
import { attributeNames, parseAttributes } from '../../src/layers/shared/attributes.ts';
import { layerKind, layerKinds } from '../../src/layers/registry.ts';

function problem(kind: string, given: unknown): string {
  try {
    parseAttributes(layerKind(kind), given);
  } catch (error) {
    if (error instanceof VggError) return error.line;
    throw error;
  }
  throw new Error(`${kind} takes ${JSON.stringify(given)}`);
}

const conv = (given: object) => problem('conv2d', { out_channels: 8, kernel_size: 3, ...given });

describe('a wrong argument is named in plain words', () => {
  test.each([
    ['a fraction', conv({ kernel_size: 2.5 }), 'a whole number or a pair of whole numbers, not 2.5'],
    ['a word', conv({ kernel_size: '3' }), "a whole number or a pair of whole numbers, not '3'"],
    ['nothing', conv({ kernel_size: null }), 'a whole number or a pair of whole numbers, not null'],
    ['three', conv({ kernel_size: [3, 3, 3] }), 'a whole number or a pair of whole numbers, not [3, 3, 3]'],
    ['one in a list', conv({ kernel_size: [3] }), 'a whole number or a pair of whole numbers, not [3]'],
    ['NaN', conv({ kernel_size: NaN }), 'a whole number or a pair of whole numbers, not NaN'],
    ['a big integer', conv({ kernel_size: 3n }), 'a whole number or a pair of whole numbers, not 3'],
    ['a mapping', conv({ kernel_size: { h: 3 } }), 'a whole number or a pair of whole numbers, not {h: 3}'],
  ])('%s as kernel_size', (_, line, ending) => expect(line).toBe(`conv2d: kernel_size must be ${ending}`));

  test.each([
    ['zero', conv({ kernel_size: 0 }), 'kernel_size must be at least 1, not 0'],
    ['zero in a pair', conv({ kernel_size: [3, 0] }), 'kernel_size must be at least 1, not [3, 0]'],
    ['below zero', conv({ padding: -1 }), 'padding must be at least 0, not -1'],
    ['huge', conv({ out_channels: 1e30 }), 'out_channels must be at most 2147483647, not 1e+30'],
    [
      'just too big',
      conv({ out_channels: 2 ** 31 }),
      'out_channels must be at most 2147483647, not 2147483648',
    ],
    ['endless', conv({ out_channels: Infinity }), 'out_channels must be a whole number, not Infinity'],
    ['a truth value', conv({ out_channels: true }), 'out_channels must be a whole number, not true'],
    ['a number as a flag', conv({ bias: 1 }), 'bias must be true or false, not 1'],
    ['a word as a flag', conv({ bias: 'yes' }), "bias must be true or false, not 'yes'"],
    [
      'a wrong word',
      conv({ padding: 'full' }),
      "padding must be a whole number, a pair of whole numbers, 'same' or 'valid', not 'full'",
    ],
  ])('%s', (_, line, expected) => expect(line).toBe(`conv2d: ${expected}`));

  test.each([
    ['gelu', { approximate: 'erf' }, "approximate must be 'none' or 'tanh', not 'erf'"],
    ['dropout', { p: 1.5 }, 'p must be at most 1, not 1.5'],
    ['dropout', { p: -0.5 }, 'p must be at least 0, not -0.5'],
    ['dropout', { p: 'half' }, "p must be a number, not 'half'"],
    ['flatten', { start_dim: 1.5 }, 'start_dim must be a whole number, not 1.5'],
    ['softmax', { dim: 'channels' }, "dim must be a whole number or null, not 'channels'"],
    ['upsample', { scale_factor: 0 }, 'scale_factor must be more than 0, not 0'],
    [
      'upsample',
      { scale_factor: 'double' },
      "scale_factor must be a number, a pair of numbers, a list with a number, three numbers or null, not 'double'",
    ],
    ['upsample', { align_corners: 0 }, 'align_corners must be true, false or null, not 0'],
    [
      'upsample',
      { scale_factor: 2, mode: 'cubic' },
      "mode must be 'nearest', 'nearest-exact', 'linear', 'bilinear', 'bicubic' or 'trilinear', not 'cubic'",
    ],
    ['zeropad2d', { padding: [1, 2] }, 'padding must be a whole number or four whole numbers, not [1, 2]'],
    [
      'adaptive_avgpool2d',
      { output_size: null },
      'output_size must be a whole number or a pair of (whole numbers or null), not null',
    ],
    ['adaptive_avgpool2d', { output_size: [0, 3] }, 'output_size must be at least 1, not [0, 3]'],
    ['reshape', { shape: 3 }, 'shape must be a list of whole numbers, not 3'],
    ['reshape', { shape: [] }, 'shape must be a list of whole numbers, not []'],
    ['reshape', { shape: [2, 0] }, 'shape must not hold 0; -1 is what is left, not [2, 0]'],
    ['reshape', { shape: [2, -2] }, 'shape must be at least -1, not [2, -2]'],
    [
      'layernorm',
      { normalized_shape: [] },
      'normalized_shape must be a whole number or a list of whole numbers, not []',
    ],
    ['avgpool2d', { kernel_size: 2, divisor_override: 0 }, 'divisor_override must not be 0, not 0'],
    ['batchnorm2d', { momentum: 'slow' }, "momentum must be a number or null, not 'slow'"],
    ['relu', 5, 'its arguments must be a mapping of names to values, not 5'],
    ['relu', [true], 'its arguments must be a mapping of names to values, not [true]'],
    ['relu', null, 'its arguments must be a mapping of names to values, not null'],
  ])('%s %j', (kind, given, expected) => expect(problem(kind, given)).toBe(`${kind}: ${expected}`));
});

describe('an unknown argument', () => {
  test('brings the nearest one', () => {
    expect(conv({ kernal_size: 3 })).toBe("conv2d has no argument 'kernal_size' (did you mean kernel_size?)");
    expect(problem('batchnorm2d', { numfeatures: 4 })).toContain('did you mean num_features?');
  });
  test('comes before a missing one, which it explains', () => {
    expect(problem('conv2d', { out_channels: 8, kernal_size: 3 })).toContain('did you mean kernel_size?');
  });
  test('brings all of them where none is near', () => {
    expect(conv({ color: 'red' })).toContain(
      '(it takes in_channels, out_channels, kernel_size, stride, padding, dilation, groups, bias, padding_mode)',
    );
    expect(problem('identity', { color: 'red' })).toContain('(it takes none)');
  });
  test.each(['__proto__', 'constructor', 'toString'])('may be called %s', (name) => {
    expect(conv(JSON.parse(`{"${name}": 1}`) as object)).toContain(`has no argument '${name}'`);
  });
});

test('a missing argument is named', () => {
  expect(problem('conv2d', { out_channels: 8 })).toBe('conv2d needs kernel_size (add kernel_size)');
});

describe('every argument of every kind', () => {
  const nonsense = fc.oneof(
    fc.anything({ withBigInt: true, withDate: false }),
    fc.constantFrom(NaN, Infinity, -1, 0, 2.5, 1e300, '', 'x'.repeat(500), [[]], { a: null }),
  );
  for (const [kind, layer] of layerKinds) {
    test(`of ${kind} is taken or refused in one line`, () => {
      const names = attributeNames(layer);
      const given = fc.dictionary(fc.constantFrom(...names, 'nonsense'), nonsense);
      fc.assert(
        fc.property(given, (attributes) => {
          try {
            parseAttributes(layer, attributes);
          } catch (error) {
            expect(error).toBeInstanceOf(VggError);
            expect((error as VggError).line).not.toMatch(/[\r\n]/);
            expect((error as VggError).line.length).toBeLessThan(400);
          }
        }),
        { numRuns: 200 },
      );
    });
  }
});
