import type { Figure, Mark, Point, Tone } from '../figure.ts';
import { darker, palette } from '../palette.ts';
import { textWidth } from '../text-width.ts';

export interface SvgOptions {
  /** Before the ids, where a page has several figures. */
  readonly prefix?: string;
  /** Colors by variables of the page's style sheet, such as `--conv-fill`, and no paper; else fixed, on white. */
  readonly themed?: boolean;
}

const FONT = "Helvetica, Arial, 'Liberation Sans', sans-serif";

/** What XML has no place for, and halves of characters. */
const UNPRINTABLE = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffe\uffff]/gu;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as XML and HTML have it, in elements and in attributes. */
export const escapeXml = (text: string): string =>
  text.replace(UNPRINTABLE, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const number = (value: number) => String(Math.round(value * 100) / 100);

/** A document of its own, or an element of a page. The same figure gives the same bytes. */
export function svg(figure: Figure, { prefix = '', themed = false }: SvgOptions = {}): string {
  const { width, height, title, about, marks } = figure;
  const size = `width="${number(width)}" height="${number(height)}" viewBox="0 0 ${number(width)} ${number(height)}"`;
  const [titleId, aboutId, head] = ['title', 'about', 'head'].map((id) => `${prefix}${id}`);
  const color = colors(themed);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="${titleId} ${aboutId}" font-family="${FONT}">`,
    `<title id="${titleId}">${escapeXml(title)}</title>`,
    `<desc id="${aboutId}">${escapeXml(about)}</desc>`,
    `<defs><marker id="${head}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">`,
    `<polygon points="0,0.5 8,4 0,7.5" fill="${color('edge', 'fill')}"/></marker></defs>`,
    ...(themed ? [] : [`<rect width="100%" height="100%" fill="#ffffff"/>`]),
    ...marks.map((mark) => element(mark, color, head!)),
    '</svg>',
  ].join('\n')}\n`;
}

type Color = (tone: Tone, part: 'fill' | 'line', shade?: number) => string;

/** A page darkens by its own variables: what is shaded there shows by its outline. */
const colors =
  (themed: boolean): Color =>
  (tone, part, shade = 0) =>
    themed ? `var(--${tone}-${part})` : darker(palette[tone][part], shade);

function element(mark: Mark, color: Color, head: string): string {
  switch (mark.mark) {
    case 'box': {
      const { x, y, width, height, radius, tone, hollow, about } = mark;
      const place = `x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" rx="${radius}"`;
      const fill = hollow ? 'none' : color(tone, 'fill');
      return closed('rect', `${place} fill="${fill}" stroke="${color(tone, 'line')}"`, about);
    }
    case 'polygon': {
      const { points, tone, shade, about } = mark;
      const fill = `fill="${color(tone, 'fill', shade)}" stroke="${color(tone, 'line')}" stroke-linejoin="round"`;
      return closed('polygon', `points="${points.map(pair).join(' ')}" ${fill}`, about);
    }
    case 'line': {
      const { points, tone, arrow } = mark;
      const end = arrow ? ` marker-end="url(#${head})"` : '';
      return `<path d="${rounded(points)}" fill="none" stroke="${color(tone, 'fill')}" stroke-width="1.25"${end}/>`;
    }
    case 'label': {
      const { x, y, text, size, anchor, tone, bold } = mark;
      // Whatever font is there, the text takes the room that it was given.
      const length = `textLength="${number(textWidth(text, size, bold))}" lengthAdjust="spacingAndGlyphs"`;
      const place = `x="${number(x)}" y="${number(y)}" font-size="${size}" text-anchor="${anchor}"`;
      const weight = bold ? ' font-weight="bold"' : '';
      return `<text ${place}${weight} fill="${color(tone, 'fill')}" ${length}>${escapeXml(text)}</text>`;
    }
  }
}

const pair = ([x, y]: Point) => `${number(x)},${number(y)}`;

const closed = (name: string, attributes: string, about: string | undefined) =>
  about === undefined
    ? `<${name} ${attributes}/>`
    : `<${name} ${attributes}><title>${escapeXml(about)}</title></${name}>`;

/** Straight from one end to the other, and around the points between in curves. */
function rounded(points: readonly Point[]): string {
  const words = [`M${pair(points[0]!)}`];
  for (let i = 1; i < points.length - 1; i++) {
    const [[fromX, fromY], [x, y], [toX, toY]] = [points[i - 1]!, points[i]!, points[i + 1]!];
    // Short of a corner by its radius, or by half of a side that is shorter.
    const near = (farX: number, farY: number): Point => {
      const long = Math.hypot(farX - x, farY - y);
      const share = long === 0 ? 0 : Math.min(RADIUS, long / 2) / long;
      return [x + (farX - x) * share, y + (farY - y) * share];
    };
    words.push(`L${pair(near(fromX, fromY))}`, `Q${pair([x, y])} ${pair(near(toX, toY))}`);
  }
  return [...words, `L${pair(points.at(-1)!)}`].join(' ');
}

const RADIUS = 10;
