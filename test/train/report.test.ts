import { describe, expect, test } from 'vitest';
import { lossCurve } from '../../src/report/subjects/train/curve.ts';
import { finalLines } from '../../src/report/subjects/train/final.ts';
import { clock, epochLine, progressLine, stepLine } from '../../src/report/subjects/train/progress.ts';

const event = {
  epoch: 3,
  step: 117,
  steps: 469,
  loss: 0.41234,
  trainAcc: 0.8499,
  examplesPerSec: 721.53,
  left: 3725,
};
const result = { epoch: 10, loss: 0.1791, trainAcc: 0.9334, testAcc: 0.9126 };

describe('what a training says', () => {
  test('ends in the lines of the book', () => {
    expect(finalLines(result, 721.53, 'webgpu (Apple M3)')).toBe(
      'loss 0.179, train acc 0.933, test acc 0.913\n721.5 examples/sec on webgpu (Apple M3)\n',
    );
  });

  test.each([40, 60, 80, 120, 200])('keeps the bar and its figures within %i columns', (width) => {
    const line = progressLine(event, 10, width);
    expect(line.length).toBeLessThan(width);
    if (width >= 80) expect(line).toMatch(/^epoch 3\/10 █+░+ 117\/469  loss 0\.412 .* 1:02:05 left$/);
  });

  test('fills a quarter of the bar for a quarter of the steps', () => {
    const bar = /[█░]+/.exec(progressLine(event, 10, 200))![0];
    expect(bar).toBe('█'.repeat(5) + '░'.repeat(15));
  });

  test('says the same off a terminal', () => {
    expect(stepLine(event, 10)).toBe(
      'epoch 3/10, step 117/469: loss 0.412, train acc 0.850, 721.5 examples/sec, 1:02:05 left',
    );
    expect(epochLine(result, 10, 99)).toBe(
      'epoch 10/10: loss 0.179, train acc 0.933, test acc 0.913, 99.0 examples/sec',
    );
  });

  test.each([
    [0, '0:00'],
    [59.6, '1:00'],
    [3599, '59:59'],
    [7384, '2:03:04'],
    [Infinity, '–'],
  ])('tells %d seconds as %s', (seconds, text) => expect(clock(seconds)).toBe(text));
});

describe('the curve of the losses', () => {
  const heights = (curve: string) => {
    const rows = curve.split('\n').slice(0, 8);
    const cells = rows.map((row) => row.split('│')[1]!.split(''));
    return Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, x) =>
      cells.reduce((sum, row) => sum + ' ▁▂▃▄▅▆▇█'.indexOf(row[x] ?? ' '), 0),
    );
  };

  test('is as high as the losses, in eighths of a row', () => {
    const curve = lossCurve([2, 1, 0.5, 0], 60, 'loss');
    expect(heights(curve)).toEqual([64, 32, 16]);
    expect(curve).toMatch(/^2\.00 │█/);
    expect(curve).toMatch(/└─+ loss\n$/);
  });

  test('takes the mean of the steps that fall into a column, within its width', () => {
    const losses = Array.from({ length: 10_000 }, (_, i) => (i % 2 === 0 ? 4 : 0) * (1 - i / 10_000));
    const curve = lossCurve(losses, 60, '');
    for (const line of curve.split('\n')) expect([...line].length).toBeLessThanOrEqual(62);
    const columns = heights(curve);
    expect(columns[0]).toBeGreaterThan(28);
    expect(columns[0]).toBeLessThan(33);
    expect(columns.toSorted((a, b) => b - a)).toEqual(columns);
  });

  test('is nothing for a single step', () => expect(lossCurve([1], 60, '')).toBe(''));
});
