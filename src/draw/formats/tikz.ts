import type { Figure, Mark, Point, Tone } from '../figure.ts';

import { palette } from '../palette.ts';
import { escapeTex } from './tex-text.ts';
const number = (value: number) => String(Math.round(value * 100) / 100);
const point = ([x, y]: Point) => `(${number(x)},${number(y)})`;

/** A picture to be `\input`; TikZ brings all that it needs. The same figure gives the same bytes. */
export function tikz({ marks, title, width, height }: Figure): string {
  const tones = [...new Set(marks.map(({ tone }) => tone))].sort();
  return `${[
    `% ${escapeTex(title)}`,
    '% \\usepackage{tikz} in the preamble, then \\input this file.',
    '\\begingroup',
    ...tones.flatMap((tone) => [
      defined(`${tone}fill`, palette[tone].fill),
      defined(`${tone}line`, palette[tone].line),
    ]),
    '\\begin{tikzpicture}[x=0.75bp, y=-0.75bp, line width=0.5pt, every node/.style={inner sep=0pt, font=\\sffamily}]',
    `\\useasboundingbox (0,0) rectangle (${number(width)},${number(height)});`,
    ...marks.map(command),
    '\\end{tikzpicture}',
    '\\endgroup',
  ].join('\n')}\n`;
}

const defined = (name: string, color: string) =>
  `\\definecolor{vgg${name}}{HTML}{${color.slice(1).toUpperCase()}}`;

const fill = (tone: Tone) => `vgg${tone}fill`;
const line = (tone: Tone) => `vgg${tone}line`;

const anchors = { start: 'base west', middle: 'base', end: 'base east' } as const;

function command(mark: Mark): string {
  switch (mark.mark) {
    case 'box': {
      const { x, y, width, height, radius, tone, hollow } = mark;
      const inside = hollow ? '' : `fill=${fill(tone)}, `;
      const corners = `rounded corners=${number(radius * 0.75)}bp`;
      return `\\draw[${inside}draw=${line(tone)}, ${corners}] ${point([x, y])} rectangle ${point([x + width, y + height])};`;
    }
    case 'polygon': {
      const { points, tone, shade } = mark;
      const inside = shade === 0 ? fill(tone) : `${fill(tone)}!${number(100 - 100 * shade)}!black`;
      return `\\draw[fill=${inside}, draw=${line(tone)}, line join=round] ${points.map(point).join(' -- ')} -- cycle;`;
    }
    case 'line': {
      const { points, tone, arrow } = mark;
      const head = arrow ? '->, ' : '';
      return `\\draw[${head}draw=${fill(tone)}, rounded corners=5bp] ${points.map(point).join(' -- ')};`;
    }
    case 'label': {
      const { x, y, text, size, anchor, tone, bold } = mark;
      // Computer Modern runs wider than Helvetica at small sizes.
      const height = number(size * 0.69);
      const font = `\\fontsize{${height}bp}{${height}bp}\\selectfont${bold ? '\\bfseries' : ''}`;
      return `\\node[anchor=${anchors[anchor]}, text=${fill(tone)}] at ${point([x, y])} {${font} ${escapeTex(text)}};`;
    }
  }
}
