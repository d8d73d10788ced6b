import { describe, expect, test } from 'vitest';
import { svg } from '../../src/draw/formats/svg.ts';
import { tikz } from '../../src/draw/formats/tikz.ts';
import type { Figure, Label } from '../../src/draw/figure.ts';
import { styles } from '../../src/draw/styles/registry.ts';
import { textWidth } from '../../src/draw/text-width.ts';
import { everyNetwork } from '../networks.ts';
import { analysisOf } from '../report/analyses.ts';

interface Rectangle {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What a line of text covers: its width, and most of its height above the baseline and below it. */
function rectangle({ x, y, text, size, anchor, bold }: Label): Rectangle {
  const width = textWidth(text, size, bold);
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { text, left, right: left + width, top: y - 0.75 * size, bottom: y + 0.2 * size };
}

const labelsOf = ({ marks }: Figure) => marks.filter((mark) => mark.mark === 'label').map(rectangle);

const meet = (a: Rectangle, b: Rectangle) =>
  a.left < b.right - 0.01 && b.left < a.right - 0.01 && a.top < b.bottom && b.top < a.bottom;

describe.each(styles.map(({ name, draw }) => ({ name, draw })))('$name', ({ draw }) => {
  test.each(everyNetwork)('%s: labels keep apart, and everything lies within', (network) => {
    const figure = draw(analysisOf(network));
    const labels = labelsOf(figure);
    expect(labels.length).toBeGreaterThan(3);
    const pairs = labels.flatMap((a, i) =>
      labels
        .slice(i + 1)
        .filter((b) => meet(a, b))
        .map((b) => `${a.text} / ${b.text}`),
    );
    expect(pairs).toEqual([]);
    const corners = figure.marks.flatMap((mark): (readonly [number, number])[] => {
      if (mark.mark === 'label') {
        const { left, right, top, bottom } = rectangle(mark);
        return [
          [left, top],
          [right, bottom],
        ];
      }
      return 'points' in mark
        ? [...mark.points]
        : [
            [mark.x, mark.y],
            [mark.x + mark.width, mark.y + mark.height],
          ];
    });
    const outside = corners.filter(([x, y]) => x < 0 || y < 0 || x > figure.width || y > figure.height);
    expect(outside).toEqual([]);
  });

  test.each(['vgg11', 'torchvision/googlenet'])('%s: the same bytes every time', (network) => {
    const [first, again] = [draw(analysisOf(network)), draw(analysisOf(network))];
    expect(svg(again)).toBe(svg(first));
    expect(tikz(again)).toBe(tikz(first));
  });

  test('a depth of one folds blocks', () => {
    const analysis = analysisOf('torchvision/resnet18');
    const texts = labelsOf(draw(analysis, 1)).map(({ text }) => text);
    expect(texts.some((text) => text.includes('layer1'))).toBe(true);
    expect(texts.some((text) => text.includes('layer1.0'))).toBe(false);
  });
});
