import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runFake } from './fake-io.ts';

const number = fc.constantFrom(
  '0',
  '1',
  '-1',
  '2.5',
  '64',
  '224',
  '1e9',
  '2147483648',
  '99999999999999999999',
  'NaN',
  '',
  '_',
  '١',
);
const joined = (separators: string[]) =>
  fc
    .array(fc.tuple(number, fc.constantFrom(...separators)), { maxLength: 6 })
    .map((parts) => parts.flat().join(''));

const option = fc.oneof(
  fc.tuple(fc.constant('--input'), joined(['x', '×', 'X', ',', ''])),
  fc.tuple(fc.constantFrom('--batch', '--ratio', '--classes', '--depth', '--pointwise-from'), number),
  fc.tuple(fc.constantFrom('--conv-arch', '--cfg'), joined(['(', ')', '[', ']', ',', ' ', 'M', '"'])),
  fc.tuple(fc.constant('--assert'), joined(['params', '==', '<=', 'GiB', 'layers.', 'fc1', '.', 'x', 'e9'])),
  fc.tuple(fc.constantFrom('--only', '--format', '--head', '--dtype', '--name'), fc.string({ maxLength: 8 })),
  fc.tuple(
    fc.constantFrom('--json', '--aux-logits', '--no-color', '--help', '--', '-', '--x', '--__proto__'),
  ),
);
const name = fc.constantFrom(
  'vgg11',
  'lenet',
  'torchvision/googlenet',
  'vgg12',
  '__proto__',
  '',
  'compare',
  'list',
  'constructor',
);
const line = fc.tuple(fc.array(name, { maxLength: 3 }), fc.array(option, { maxLength: 4 }));

test('no command line is a fault of the program, and no error leaves anything on stdout', async () => {
  await fc.assert(
    fc.asyncProperty(line, async ([names, options]) => {
      const argv = [...names, ...options.flat()];
      const { code, stdout, stderr } = await runFake(argv);
      expect([0, 1, 2]).toContain(code);
      if (code === 2) {
        expect(stdout).toBe('');
        expect(stderr).toMatch(/^error: [^\n]+\n$/);
      } else expect(stdout).not.toBe('');
    }),
    { numRuns: 600 },
  );
});
