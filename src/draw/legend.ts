import type { Family } from '../layers/layer.ts';
import type { Mark } from './figure.ts';
import { familyWords } from './palette.ts';
import { textWidth } from './text-width.ts';

const SIZE = 11;
const [SWATCH, GAP, ROW] = [12, 16, 18];

/** What the colors mean, in rows that `width` has room for; from (0, 0) down. */
export function legend(
  families: Iterable<Family>,
  width: number,
): { readonly marks: readonly Mark[]; readonly width: number; readonly height: number } {
  const used = new Set(families);
  const marks: Mark[] = [];
  let [x, y, right] = [0, 0, 0];
  for (const [family, words] of Object.entries(familyWords) as [Family, string][]) {
    if (!used.has(family)) continue;
    const taken = SWATCH + 5 + textWidth(words, SIZE);
    if (x > 0 && x + taken > width) [x, y] = [0, y + ROW];
    marks.push(
      { mark: 'box', x, y: y + 3, width: SWATCH, height: SWATCH, radius: 2, tone: family },
      {
        mark: 'label',
        x: x + SWATCH + 5,
        y: y + 13,
        text: words,
        size: SIZE,
        anchor: 'start',
        tone: 'faint',
      },
    );
    right = Math.max(right, x + taken);
    x += taken + GAP;
  }
  return { marks, width: right, height: marks.length > 0 ? y + ROW : 0 };
}
