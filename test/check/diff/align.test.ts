import { expect, test } from 'vitest';
import { align, type Aligned } from '../../../src/check/diff/align.ts';

/** `conv@0:a1` is a layer of kind conv with path 0 and the signature `conv a1`. */
const layers = (text: string): Aligned[] =>
  text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [, kind, path, rest] = /^(\w+)@(\w+):(\w*)$/.exec(word)!;
      return { path: path!, kind: kind!, signature: `${kind} ${rest}` };
    });

/** `0=0` for a pair, `-1` for what was removed, `+2` for what was added. */
const aligned = (before: string, after: string): string =>
  align(layers(before), layers(after))
    .map(({ before: b, after: a }) => (b === undefined ? `+${a}` : a === undefined ? `-${b}` : `${b}=${a}`))
    .join(' ');

test.each([
  ['the same', 'conv@0:a relu@1:a', 'conv@0:a relu@1:a', '0=0 1=1'],
  ['nothing', '', '', ''],
  ['all of it new', '', 'conv@0:a relu@1:a', '+0 +1'],
  ['all of it gone', 'conv@0:a relu@1:a', '', '-0 -1'],
  ['one put in at the end', 'conv@0:a', 'conv@0:a relu@1:a', '0=0 +1'],
  ['one taken out of the middle', 'conv@a:a relu@b:a fc@c:a', 'conv@a:a fc@c:a', '0=0 -1 2=1'],
  ['two others in its place: what was removed stands first', 'c@a:a r@b:a f@d:a', 'c@a:a n@b:a g@c:a f@d:a', '0=0 -1 +1 +2 2=3'],
  ['another size in the same place', 'conv@0:a relu@1:a', 'conv@0:b relu@1:b', '0=0 1=1'],
  ['numbers that shift behind a new layer', 'conv@0:a relu@1:a conv@2:b relu@3:b fc@4:x', 'conv@0:a norm@1:a relu@2:a conv@3:b norm@4:b relu@5:b fc@6:x', '0=0 +1 1=2 2=3 +4 3=5 4=6'],
  ['another name', 'conv@a:a fc@b:x', 'conv@c:a fc@b:x', '0=0 1=1'],
  ['the order of two named layers', 'conv@a:a fc@b:x', 'fc@b:x conv@a:a', '1=0 0=1'],
  ['another kind under the same path is another layer', 'conv@a:a', 'fc@a:a', '-0 +0'],
])('%s', (_, before, after, expected) => {
  expect(aligned(before, after)).toBe(expected);
}); // prettier-ignore

test('every layer is in one pair, whatever changed, and each network keeps its order among the pairs of equal path', () => {
  let seed = 7;
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
  for (let round = 0; round < 300; round++) {
    const make = () =>
      layers(
        Array.from(
          { length: random(12) },
          (_, i) => `k${random(3)}@p${i + random(2) * 20}:${random(4)}`,
        ).join(' '),
      );
    const [before, after] = [make(), make()];
    const pairs = align(before, after);
    const places = (side: 'before' | 'after') =>
      pairs.flatMap((pair) => (pair[side] === undefined ? [] : [pair[side]]));
    expect(places('before').toSorted((x, y) => x - y)).toEqual(before.map((_, i) => i));
    expect(places('after')).toEqual(after.map((_, i) => i));
    for (const { before: b, after: a } of pairs)
      if (b !== undefined && a !== undefined) expect(before[b]!.kind).toBe(after[a]!.kind);
  }
});

test('networks whose table would be too large are aligned by their paths', () => {
  const chain = (count: number, name: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => ({ path: name(i), kind: 'relu', signature: `relu ${i}` }));
  const before = chain(9000, (i) => `a${i}`);
  const after = chain(9000, (i) => `a${8999 - i}`);
  const pairs = align(before, after);
  expect(pairs).toHaveLength(9000);
  expect(pairs.every(({ before: b, after: a }) => before[b!]!.path === after[a!]!.path)).toBe(true);
});
