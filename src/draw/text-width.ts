/** Widths of ASCII from the space on, in thousandths of the font's height. Source: Adobe's metrics of Helvetica. */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
  556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
  500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
  556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
  278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

const OTHERS: Readonly<Record<string, number>> = { '×': 584, '·': 278, '–': 556, '…': 1000, '−': 584 };

/** Wider than any letter of Latin, Greek or Cyrillic; beyond these a character is taken for a square. */
const LETTER = 800;
const SQUARE = 1000;

/** Of the widest face that is used. */
const BOLD = 1.08;

/** Pixels that a line of text takes in Helvetica, Arial or another font of their metrics. */
export function textWidth(text: string, size: number, bold = false): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    thousandths += WIDTHS[code - 32] ?? OTHERS[character] ?? (code < 0x2000 ? LETTER : SQUARE);
  }
  return (thousandths * size * (bold ? BOLD : 1)) / 1000;
}

/** The text, or its end after `…` where it is wider than `room`: the last parts of a path tell most. */
export function fitted(text: string, size: number, room: number): string {
  if (textWidth(text, size) <= room) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`…${characters.join('')}`, size) > room) characters.shift();
  return `…${characters.join('')}`;
}
