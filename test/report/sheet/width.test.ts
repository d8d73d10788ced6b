import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { columnsOf, tail } from '../../../src/report/sheet/width.ts';

test('the short way counts every character as string-width does', () => {
  const differ: string[] = [];
  for (let code = 0; code <= 0xffff; code++) {
    const character = String.fromCharCode(code);
    for (const text of [character, `1${character}`, `${character}\u{FE0F}`])
      if (columnsOf(text) !== stringWidth(text)) differ.push(`U+${code.toString(16)}`);
  }
  expect(differ).toEqual([]);
});

test('full-width characters take two columns, emoji too, and colors none', () => {
  expect(columnsOf('中文')).toBe(4);
  expect(columnsOf('🙂a')).toBe(3);
  expect(columnsOf('\u001b[1mblock1\u001b[22m')).toBe(6);
});

test.each([
  ['layer1.0.conv1', 8, '…0.conv1'],
  ['层一.卷积一', 8, '….卷积一'],
  ['层一.卷积一', 7, '…卷积一'],
  ['层一.卷积一', 6, '…积一'],
  ['层一.卷积一', 11, '层一.卷积一'],
])('%s in %i columns is %s', (name, room, shown) => {
  expect(tail(name, room)).toBe(shown);
});
