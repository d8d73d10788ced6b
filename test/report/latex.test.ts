import { expect, test } from 'vitest';
import { reportCompare, reportInspect } from '../../src/report/index.ts';
import { analysisOf, plain } from './analyses.ts';

const rows = (text: string) => text.split('\n').filter((line) => line.endsWith('\\\\'));

test('inspect: a table with a row a layer, numbers to the right, and the notes as text', async () => {
  const analysis = analysisOf('lenet');
  const text = await reportInspect(analysis, plain({ format: 'latex' }));
  expect(text).toMatch(/^\\textbf\{lenet /);
  expect(text).toContain('\\begin{tabular}{lllllrrrr}\n\\hline\nlayer & kind & in');
  const found = rows(text);
  expect(found).toHaveLength(analysis.layers.length + 2);
  for (const line of found) expect(line.split(' & ')).toHaveLength(9);
  expect(found.at(-1)).toMatch(/^\\textbf\{total\} & {2}& .*\\textbf\{61,706\}/);
  expect(text).not.toMatch(/[×→–…]/);
});

test('compare: parts beneath their wholes', async () => {
  const text = await reportCompare(
    ['lenet', 'vgg11'].map((name) => analysisOf(name)),
    plain({ format: 'latex' }),
  );
  expect(text).toContain('\\textbf{parameters} & scalars & 61,706 & 128,806,154 & ');
  expect(text).toContain('\\quad convolution & ');
});

test('names from a file stay text', async () => {
  const analysis = analysisOf('lenet');
  const [first, ...others] = analysis.layers;
  const layers = [{ ...first!, path: '\\input{x}_$&' }, ...others];
  const text = await reportInspect({ ...analysis, layers }, plain({ format: 'latex' }));
  expect(text).toContain('\\textbackslash{}input\\{x\\}\\_\\$\\&');
});
