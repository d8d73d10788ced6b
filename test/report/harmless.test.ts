import { describe, expect, test } from 'vitest';
import { reportFormats } from '../../src/report/formats/registry.ts';
import type { Report } from '../../src/report/sheet/report.ts';
import { writeReport } from '../../src/report/write.ts';

const at = { file: 'f', line: 1, column: 1 };

/** A report that says a name in every place where one can stand. */
const saying = (name: string): Report => ({
  sheets: () =>
    (['terminal', 'page'] as const).map((only) => ({
      only,
      title: name,
      parts: [
        { name, columns: [{ head: name }, { head: 'b', verbatim: true }], rows: [{ cells: [name, { text: name }] }], total: [name, 1] },
        { text: name },
        { heading: { text: name }, items: [name] },
      ],
      notes: [{ label: name, text: name }],
    })),
  records: () => [{ head: ['name', name], rows: [[name, -1]] }],
  verdicts: () => ({
    title: name,
    suites: [{ name, at: { ...at, file: name }, verdicts: [{ name, at, failure: name }], failures: [{ words: name, at }], warnings: [name], passed: false }],
    warnings: [{ title: name, text: name, file: name }],
    outcome: 'one fails',
  }),
  data: () => ({ [name]: name }),
}); // prettier-ignore

const write = (format: string, name: string) =>
  writeReport(saying(name), format, { width: 80, color: false });

describe.each(reportFormats.map(({ name }) => name))('%s', (format) => {
  test.each([
    ['an escape sequence', '\u001b[31mred\u001b]8;;http://x\u0007'],
    ['a control character of eight bits', '\u009b31m'],
    ['a turn of the direction of writing', 'a\u202egnp.exe'],
    ['a carriage return', 'ok\rFAIL'],
    ['a bell', '\u0007'],
  ])('%s is no control of a terminal', async (_, name) => {
    // JUnit is read by programs, and may keep what XML allows.
    const text = await write(format, name);
    const steering = format === 'junit' ? ['\u0007', '\u001b'] : ['\u0007', '\u001b', '\u009b', '\u202e'];
    expect(steering.filter((character) => text.includes(character))).toEqual([]);
    if (format !== 'junit') expect(text.replaceAll('\r\n', '')).not.toContain('\r');
  }); // prettier-ignore

  test('no name is a workflow command', async () => {
    const text = await write(format, 'x\n::add-mask::y');
    const commands = text.split(/\r?\n/).filter((line) => /^::(?!(?:error|warning) file=)/.test(line));
    expect(format === 'csv' || format === 'junit' ? [] : commands).toEqual([]);
  });
});

test.each([
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['@input', '@input'],
  ['conv-1', 'conv-1'],
])('%s in a spreadsheet is a text, and a number stays one', async (name, cell) => {
  expect(await write('csv', name)).toBe(`name,${cell}\r\n${cell},-1\r\n`);
});

test.each([
  ['a link', '[x](http://y)', /\\\[x\\\]/],
  ['an image', '![x](http://y)', /!\\\[x\\\]/],
  ['a mention', '@octocat', /@\u200boctocat/],
  ['a tag', '<img onerror=x>', /\\<img/],
  ['an entity', '&lt;img&gt;', /\\&lt;/],
  ['the end of a cell', 'a|b', /a\\\|b/],
  ['the end of code', 'a`b', /`` a`b ``/],
])('%s in Markdown is text', async (_, name, written) => {
  const text = await write('markdown', name);
  expect(text).toMatch(written);
  // Outside of code the name never stands as it is.
  expect(text.replaceAll(/(`+) ?.*? ?\1/g, '')).not.toContain(name);
});
