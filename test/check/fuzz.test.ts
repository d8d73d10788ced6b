import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOCK, project } from './project.ts';

/** A text in which some stretches are replaced by others. */
const mutated = (text: string) => {
  const piece = fc.constantFrom(
    '',
    ' ',
    '\n',
    ':',
    '- ',
    '{',
    '}',
    '[',
    '"',
    '#',
    '&a',
    '*a',
    '<<',
    '!',
    '0',
    '-1',
    '1e9',
  );
  const edit = fc.tuple(fc.nat({ max: text.length - 1 }), fc.nat({ max: 6 }), fc.oneof(piece, fc.string()));
  return fc
    .array(edit, { minLength: 1, maxLength: 3 })
    .map((edits) =>
      edits.reduce((before, [at, length, by]) => before.slice(0, at) + by + before.slice(at + length), text),
    );
};

const BUDGETS = `models:
  - arch: lenet
    batch: 2
    assert: [params==61706, layers.conv1.params<=200]
  - arch: net.yaml
    name: tiny
`;
const NET =
  'input: [1, 8, 8]\nlayers: [{conv2d: {out_channels: 2, kernel_size: 3}}, flatten, {linear: {out_features: 3}}]\n';
const at = project({ 'vgg-inspect.yaml': BUDGETS, 'net.yaml': NET });
await at.check(['--update']);
const good = at.read(LOCK);

test.each([
  ['vgg-inspect.yaml', BUDGETS],
  ['net.yaml', NET],
  [LOCK, good],
])(
  'whatever stands in %s, it is a verdict or one line, and a lock that is refused stays',
  async (name, text) => {
    await fc.assert(
      fc.asyncProperty(mutated(text), async (odd) => {
        at.write('vgg-inspect.yaml', BUDGETS);
        at.write('net.yaml', NET);
        at.write(LOCK, good);
        at.write(name, odd);
        const before = at.read(LOCK);
        for (const argv of [['--format', 'junit'], ['--update']]) {
          const { code, stdout, stderr } = await at.check(argv);
          expect([0, 1, 2], stderr).toContain(code);
          if (code === 2) {
            expect({ stdout, lines: stderr.split('\n').length - 1 }).toEqual({ stdout: '', lines: 1 });
            expect(at.read(LOCK)).toBe(before);
          } else expect(stderr).toBe('');
          // What was recorded is what is there.
          if (code === 0 && argv.includes('--update')) expect((await at.check()).code).toBe(0);
        }
      }),
      { numRuns: 40 },
    );
  },
);
