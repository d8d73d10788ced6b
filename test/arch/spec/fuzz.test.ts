import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VggError } from '../../../src/core/errors/error.ts';
import { analyzeSpec, fixture } from './analyze-spec.ts';

const texts = ['branches.yaml', 'resnet18.yaml', 'tiny-vgg.yaml', 'vgg11.json'].map(fixture);

/** What a slip of the hand or an unkind file may put in. */
const pieces = [
  '',
  ' ',
  '\n',
  '\t',
  '  ',
  '- ',
  ': ',
  ', ',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '&a ',
  '*a ',
  '<<: ',
  '!x ',
  '? ',
  '---\n',
  '#',
  '0',
  '-1',
  '1.5',
  '.nan',
  '.inf',
  '1e400',
  '99999999999',
  'null',
  'true',
  '~',
  '__proto__',
  'constructor',
  'same',
  'relu',
  'conv2d',
  'input',
  'name: ',
  'from: ',
  'shares_weights_of: ',
  'repeat',
  'block',
  'layers: ',
  'classes: 3\n',
];

const damaged = fc
  .tuple(
    fc.constantFrom(...texts),
    fc.array(fc.tuple(fc.nat(), fc.nat(12), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 4 }),
  )
  .map(([text, edits]) =>
    edits.reduce((before, [at, cut, put]) => {
      const from = at % (before.length + 1);
      return before.slice(0, from) + put + before.slice(from + cut);
    }, text),
  );

test('a damaged spec is read or refused in one line, and never a fault of the program', () => {
  let refused = 0;
  fc.assert(
    fc.property(damaged, fc.constantFrom('net.yaml', 'net.json'), (text, file) => {
      try {
        const { totals } = analyzeSpec(text, file);
        expect(Object.values(totals).filter((value) => typeof value === 'number')).toSatisfy(
          (values: number[]) => values.every((value) => Number.isSafeInteger(value) && value >= 0),
        );
      } catch (error) {
        expect(error).toBeInstanceOf(VggError);
        expect((error as VggError).line).toMatch(/^net\.(yaml|json)[^\n]*: [^\n]+$/);
        refused++;
      }
    }),
    { numRuns: 1500 },
  );
  expect(refused).toBeGreaterThan(100);
});
