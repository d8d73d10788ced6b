import { describe, expect, test } from 'vitest';
import { svg } from '../../src/draw/formats/svg.ts';
import { tikz } from '../../src/draw/formats/tikz.ts';
import { darker } from '../../src/draw/palette.ts';
import { styles } from '../../src/draw/styles/registry.ts';
import { fitted, textWidth } from '../../src/draw/text-width.ts';
import { shortNumber } from '../../src/draw/words.ts';
import { analysisOf } from '../report/analyses.ts';

const HOSTILE = '"><img src=x onerror=alert(1)>&\'\u0007\ud800\\input{x}$%#_^~é';

/** LeNet whose first layer and whose name are hostile. */
function hostile() {
  const analysis = analysisOf('lenet');
  const [first, second, ...others] = analysis.layers;
  return {
    ...analysis,
    model: { ...analysis.model, name: HOSTILE },
    layers: [{ ...first!, path: HOSTILE }, { ...second!, inputs: [HOSTILE] }, ...others],
  };
}

/** Tags of a text that must be well-formed XML, in order; throws where one is not closed. */
function tags(xml: string): string[] {
  const open: string[] = [];
  const names: string[] = [];
  const text = xml.replace(
    /<(\/?)([a-z]+)((?:\s[\w:-]+="[^"<]*")*)(\/?)>/gi,
    (_, end, name, _attributes, empty) => {
      if (end === '/') {
        if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      } else {
        names.push(name);
        if (empty === '') open.push(name);
      }
      return '';
    },
  );
  if (open.length > 0 || /[<>]/.test(text))
    throw new Error(`not well-formed: ${open.join()} ${text.slice(0, 80)}`);
  return names;
}

describe.each(styles.map(({ name, draw }) => ({ name, draw })))('names from a file, in $name', ({ draw }) => {
  test('are text in SVG', () => {
    const written = svg(draw(hostile()));
    expect([...new Set(tags(written))].sort()).toEqual(
      expect.arrayContaining(['desc', 'svg', 'text', 'title']),
    );
    expect(tags(written)).not.toContain('img');
    expect(written).toContain('&quot;&gt;&lt;img src=x onerror=alert(1)&gt;&amp;&#39;\ufffd\ufffd');
    expect(Buffer.from(written).toString()).toBe(written);
  });

  test('are text in TikZ', () => {
    const written = tikz(draw(hostile()));
    expect(written).not.toContain('\\input{x}');
    expect(written).toContain(
      '\\textbackslash{}input\\{x\\}\\$\\%\\#\\_\\textasciicircum{}\\textasciitilde{}é',
    );
  });
});

test('a page has colors of its own, and ids of each figure', () => {
  const written = svg(styles[0].draw(analysisOf('lenet')), { prefix: 'one-', themed: true });
  expect(written).toContain('fill="var(--conv-fill)"');
  expect(written).not.toMatch(/#[0-9a-f]{6}/);
  expect([...written.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
    'one-title',
    'one-about',
    'one-head',
  ]);
});

test('text is as wide as in Helvetica', () => {
  expect(textWidth('conv 3×3', 10)).toBeCloseTo(5 + 5.56 + 5.56 + 5 + 2.78 + 5.56 + 5.84 + 5.56, 6);
  expect(textWidth('層', 10)).toBe(10);
  expect(fitted('block1.conv1', 10, 40)).toBe('….conv1');
  expect(fitted('conv1', 10, 40)).toBe('conv1');
});

test('numbers and colors', () => {
  expect([0, 640, 999, 1000, 36864, 999_500, 128_806_154].map(shortNumber)).toEqual([
    '0',
    '640',
    '999',
    '1.00 K',
    '36.9 K',
    '1.00 M',
    '128.8 M',
  ]);
  expect([darker('#ff8000', 0), darker('#ff8000', 0.5), darker('#ff8000', 1)]).toEqual([
    '#ff8000',
    '#804000',
    '#000000',
  ]);
});
