import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { reportCompare, reportInspect } from '../../src/report/index.ts';
import { runFake } from '../cli/fake-io.ts';
import { analysisOf, plain } from './analyses.ts';

const NAME = '一个用于图像分类的卷积神经网络';
const called = (name: string) => {
  const analysis = analysisOf('vgg11');
  return { ...analysis, model: { ...analysis.model, name } };
};

test('a Chinese --name wraps its title within the terminal and leaves the table where it is', async () => {
  const name = Array.from({ length: 4 }, () => NAME).join(' ');
  const { stdout } = await runFake(['vgg11', '--name', name], {
    columns: 80,
    isTTY: true,
    env: { NO_COLOR: '1' },
  });
  const { stdout: usual } = await runFake(['vgg11'], { columns: 80, isTTY: true, env: { NO_COLOR: '1' } });
  const [title, table] = [stdout.slice(0, stdout.indexOf('\n\n')), stdout.slice(stdout.indexOf('\n\n'))];
  expect(title.replaceAll('\n', ' ')).toContain(name);
  expect(title.split('\n').length).toBeGreaterThan(1);
  for (const line of title.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  expect(table).toBe(usual.slice(usual.indexOf('\n\n')));
});

test.each([false, true])('a Chinese name heads its own column of a comparison, color %s', async (color) => {
  const text = await reportCompare([called('网络甲'), called('网络乙')], plain({ color }));
  const lines = text.split('\n');
  const rule = lines.findIndex((line) => line.includes('──'));
  // Ratios stand right, so that every row ends where the rule does.
  const rows = lines.slice(rule + 1, lines.indexOf(''));
  expect(rows.length).toBeGreaterThan(20);
  expect(new Set(rows.map((line) => stringWidth(line)))).toEqual(new Set([stringWidth(lines[rule]!)]));
  const ratio = stringWidth('  1×');
  const heading = lines.find((line) => line.includes('网络乙'))!;
  expect(stringWidth(heading)).toBe(stringWidth(lines[rule]!) - ratio);
});

test('layers with Chinese names line up, and are cut to the columns that there are', async () => {
  const analysis = analysisOf('vgg11');
  const layers = analysis.layers.map((layer, i) => ({ ...layer, path: `${NAME.repeat(3)}${i}` }));
  for (const width of [60, 80, 120]) {
    const text = await reportInspect({ ...analysis, layers }, plain({ width }));
    const lines = text.split('\n');
    const [top, bottom] = lines.flatMap((line, i) => (line.startsWith('──') ? [i] : []));
    const rows = lines.slice(top! + 1, bottom);
    expect(rows).toHaveLength(layers.length);
    const outputs = rows.flatMap((line) => {
      const at = line.search(/(?<= )\d+(?:×\d+)+ +[\d,]+/);
      return at === -1 ? [] : [stringWidth(line.slice(0, at))];
    });
    expect(outputs.length).toBeGreaterThan(20);
    expect(new Set(outputs).size).toBe(1);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
    expect(lines.some((line) => line.startsWith('…'))).toBe(true);
  }
});
