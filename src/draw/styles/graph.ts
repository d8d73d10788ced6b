import type { Analysis } from '../../analysis/analysis.ts';
import { VggError } from '../../core/errors/error.ts';
import type { Box, Label, Mark, Tone } from '../figure.ts';
import { framed } from '../frame.ts';
import { isLayable, layered, type Placed } from '../layout.ts';
import { withRepeats } from '../repeats.ts';
import { fitted, textWidth } from '../text-width.ts';
import { deepest, fold, lastOf, type Drawn, type Unit } from '../units.ts';
import { layerTitle, sizeText, unitAbout, unitContents } from '../words.ts';
import type { Style } from './style.ts';

/** Of units that a page still shows at a legible size. */
const MOST = 40;

const [TITLE, LINE] = [12, 10];
const [LEAST, WIDEST, PADDING] = [96, 260, 8];

/** Boxes and edges, top to bottom. */
export const graph: Style = {
  name: 'graph',
  about: 'boxes and edges',
  draw(analysis, depth) {
    const drawn = depth === undefined ? shallow(analysis) : withRepeats(fold(analysis, depth));
    const { marks, width, height } = laidOut(drawn);
    const families = drawn.units.filter(({ members }) => members.length === 1);
    return framed(analysis, {
      marks,
      width,
      height,
      families: families.map(({ members }) => members[0].family),
      notes: [],
      about: `Graph of ${drawn.units.length} units. ${drawn.units.map(unitAbout).join('; ')}.`,
    });
  },
};

/** As deep as it stays small enough. */
function shallow(analysis: Analysis): Drawn {
  let found = withRepeats(fold(analysis, 1));
  for (let depth = 2; depth <= deepest(analysis); depth++) {
    const next = withRepeats(fold(analysis, depth));
    if (next.units.length <= MOST && layable(next)) found = next;
  }
  return found;
}

/** In the order of the boxes: the inputs, then the units, each after those that it reads. */
function edgesOf({ inputs, units }: Drawn): (readonly [from: number, to: number])[] {
  const at = new Map([...inputs, ...units].map(({ id }, i) => [id, i]));
  return units.flatMap((unit) => unit.inputs.map((input) => [at.get(input)!, at.get(unit.id)!] as const));
}

const layable = (drawn: Drawn) => isLayable(drawn.inputs.length + drawn.units.length, edgesOf(drawn));

/** A box before it has a place. */
interface Card {
  readonly id: string;
  readonly tone: Tone;
  readonly radius: number;
  /** The first is the title. */
  readonly lines: readonly string[];
  readonly about: string;
}

function unitCard(unit: Unit): Card {
  const { id, members, times } = unit;
  const size = sizeText(lastOf(unit).outputShape);
  const one = members.length === 1;
  return {
    id,
    tone: one ? members[0].family : 'block',
    radius: 4,
    lines: one
      ? [layerTitle(members[0]), `${unit.name} · ${size}`]
      : [`${unit.name}${times > 1 ? ` ×${times}` : ''}`, `${unitContents(unit)} · ${size}`],
    about: unitAbout(unit),
  };
}

function cardsOf({ inputs, units }: Drawn): Card[] {
  return [
    ...inputs.map(({ id, name, shape }): Card => {
      const size = sizeText(shape);
      return { id, tone: 'tensor', radius: 14, lines: [name, size], about: `${name}: ${size}` };
    }),
    ...units.map(unitCard),
  ];
}

const fontOf = (line: number) => (line === 0 ? TITLE : LINE);

function laidOut(drawn: Drawn) {
  const cards = cardsOf(drawn);
  const boxes = cards.map(({ lines }) => {
    const widest = Math.max(...lines.map((line, i) => textWidth(line, fontOf(i), i === 0)));
    const width = Math.min(Math.max(widest, LEAST), WIDEST) + 2 * PADDING;
    return { width, height: TITLE + (lines.length - 1) * (LINE + 3) + 2 * PADDING };
  });
  if (!layable(drawn)) throw new VggError('figure-too-large', { boxes: cards.length });
  const layout = layered(boxes, edgesOf(drawn));
  const lines = layout.edges.map((points): Mark => ({ mark: 'line', points, tone: 'edge', arrow: true }));
  const { width, height } = layout;
  return {
    marks: [...lines, ...cards.flatMap((card, i) => cardMarks(card, layout.boxes[i]!))],
    width,
    height,
  };
}

function cardMarks({ lines, tone, radius, about }: Card, { x, y, width, height }: Placed): Mark[] {
  const [left, top] = [x - width / 2, y - height / 2];
  const box: Box = { mark: 'box', x: left, y: top, width, height, radius, tone, about };
  let baseline = top + PADDING - 2;
  const labels = lines.map((line, i): Label => {
    baseline += fontOf(i) + (i === 0 ? 0 : 3);
    const room = i === 0 ? WIDEST / 1.08 : WIDEST;
    return {
      mark: 'label',
      x,
      y: baseline,
      text: fitted(line, fontOf(i), room),
      size: fontOf(i),
      anchor: 'middle',
      tone: i === 0 ? 'ink' : 'faint',
      ...(i === 0 && { bold: true }),
    };
  });
  return [box, ...labels];
}
