import type { Analysis, LayerAnalysis } from '../../analysis/analysis.ts';
import { producerOf } from '../../graph/graph.ts';
import type { Mark, Tone } from '../figure.ts';
import { framed } from '../frame.ts';
import { lanes } from '../lanes.ts';
import { withRepeats } from '../repeats.ts';
import { fitted, textWidth } from '../text-width.ts';
import { deepest, fold, type Drawn, type Unit } from '../units.ts';
import { isVisible, LEFT_OUT_NOTE, shownBefore } from '../visible.ts';
import { layerTitle, sizeText } from '../words.ts';
import type { Style } from './style.ts';

const SIZE = 11;
const [BOX, GAP, PADDING] = [22, 12, 8];
/** Of the line with a block's name. */
const HEAD = 16;
const LANE = 9;
const WIDEST = 200;

/** One box a layer, blocks framed, upward from the input: as Dive into Deep Learning draws VGG. */
export const blocks: Style = {
  name: 'blocks',
  about: 'one box a layer, blocks framed',
  draw(analysis, depth) {
    const drawn = depth === undefined ? shortest(analysis) : withRepeats(fold(analysis, depth));
    const rows = rowsOf(drawn);
    const families = rows.flatMap(({ layer }) => (layer ? [layer.family] : []));
    const omits = analysis.layers.some((layer) => !isVisible(layer));
    return framed(analysis, {
      ...stacked(rows, edgesOf(analysis, drawn, rows)),
      families,
      notes: omits && rows.every(({ layer }) => !layer || isVisible(layer)) ? [LEFT_OUT_NOTE] : [],
      about: `From the input up: ${rows.map(({ about }) => about).join('; ')}.`,
    });
  },
};

/** Folded so that the fewest boxes are left; less deep where that is the same. */
function shortest(analysis: Analysis): Drawn {
  const all = Array.from({ length: deepest(analysis) }, (_, i) => withRepeats(fold(analysis, i + 1)));
  const boxes = (drawn: Drawn) => rowsOf(drawn).length;
  return all.reduce((best, drawn) => (boxes(drawn) < boxes(best) ? drawn : best));
}

/** A box of the stack. */
interface Row {
  readonly id: string;
  /** Undefined for an input. */
  readonly layer?: LayerAnalysis;
  readonly title: string;
  readonly size: string;
  readonly tone: Tone;
  readonly about: string;
  /** The block that it is framed with. */
  readonly unit?: Unit;
}

/** From the input up. Where everything would be left out, nothing is. */
function rowsOf({ inputs, units }: Drawn): Row[] {
  const some = units.some(({ members }) => members.some(isVisible));
  return [
    ...inputs.map(({ id, name, shape }): Row => {
      const size = sizeText(shape);
      return { id, title: name, size, tone: 'tensor', about: `${name}: ${size}` };
    }),
    ...units.flatMap((unit) =>
      unit.members
        .filter((layer) => !some || isVisible(layer))
        .map((layer): Row => {
          const [title, size] = [layerTitle(layer), sizeText(layer.outputShape)];
          const times = unit.times > 1 ? `, ${unit.times} times` : '';
          return {
            id: layer.path,
            layer,
            title,
            size,
            tone: layer.family,
            about: `${layer.path}: ${title}, ${size}${times}`,
            ...(unit.members.length > 1 && { unit }),
          };
        }),
    ),
  ];
}

interface Edge {
  readonly from: number;
  readonly to: number;
}

/** Which row reads which, through all that is left out. */
function edgesOf({ layers }: Analysis, { units }: Drawn, rows: readonly Row[]): Edge[] {
  const at = new Map(rows.map(({ id }, i) => [id, i]));
  const kept = new Set(units.flatMap(({ members }) => members.map(({ path }) => path)));
  const nodes = layers.map(({ path, inputs }) => ({ id: path, inputs: inputs.map(producerOf) }));
  // Of equal blocks the first is drawn; what reads the last one reads from there.
  const alias = new Map(
    units.flatMap(({ members, equals = [] }) =>
      equals.flatMap((equal) => equal.map(({ path }, i) => [path, members[i]!.path] as const)),
    ),
  );
  const before = shownBefore(nodes, (id) => at.has(alias.get(id) ?? id));
  return [...kept].flatMap((path) => {
    const to = at.get(path);
    if (to === undefined) return [];
    return (before.get(path) ?? []).flatMap((input) => {
      const from = at.get(alias.get(input) ?? input);
      return from === undefined || from >= to ? [] : [{ from, to }];
    });
  });
}

function stacked(rows: readonly Row[], edges: readonly Edge[]) {
  const widths = rows.map(({ title, size }) => fit(title) + fit(size) + 3 * PADDING);
  const width = Math.max(120, ...widths);
  const [left, marks]: [number, Mark[]] = [PADDING, []];
  // Down from the last row, which is the highest.
  const tops = new Map<number, number>();
  const frames: Mark[] = [];
  let y = 0;
  let i = rows.length - 1;
  while (i >= 0) {
    const { unit } = rows[i]!;
    const first = unit ? rows.findIndex((row) => row.unit === unit) : i;
    const top = y;
    if (unit) y += HEAD + 4;
    for (let row = i; row >= first; row--) {
      tops.set(row, y);
      y += BOX + (row > first ? GAP : 0);
    }
    if (unit) {
      y += PADDING;
      frames.push(...frame(unit, top, y - top, width + 2 * PADDING));
    }
    y += GAP + 6;
    i = first - 1;
  }
  const middle = left + width / 2;
  for (const [at, row] of rows.entries()) marks.push(...box(row, left, tops.get(at)!, width));
  const beside = edges.filter(({ from, to }) => to !== from + 1);
  for (const { from, to } of edges) {
    if (to !== from + 1) continue;
    const points = [[middle, tops.get(from)!] as const, [middle, tops.get(to)! + BOX] as const];
    marks.push({ mark: 'line', points, tone: 'edge', arrow: true });
  }
  const { lane, count } = lanes(beside.map(({ from, to }) => ({ from: tops.get(to)!, to: tops.get(from)! })));
  const right = left + width;
  for (const [k, { from, to }] of beside.entries()) {
    const x = right + PADDING + LANE * (lane[k]! + 1);
    const [start, end] = [tops.get(from)! + BOX / 2 - 4, tops.get(to)! + BOX / 2 + 4];
    const points = [
      [right, start],
      [x, start],
      [x, end],
      [right, end],
    ] as const;
    marks.push({ mark: 'line', points, tone: 'edge', arrow: true });
  }
  return {
    marks: [...frames, ...marks],
    width: width + 2 * PADDING + (count > 0 ? LANE * (count + 1) : 0),
    height: Math.max(y - GAP - 6, 0),
  };
}

const fit = (text: string) => Math.min(textWidth(text, SIZE), WIDEST);

function frame(unit: Unit, y: number, height: number, width: number): Mark[] {
  const times = unit.times > 1 ? `×${unit.times}` : '';
  // The arrow to what is above comes out in the middle.
  const room = width / 2 - 2 * PADDING;
  const line = { mark: 'label', y: y + 13, size: SIZE } as const;
  const marks: Mark[] = [
    { mark: 'box', x: 0, y, width, height, radius: 6, tone: 'frame' },
    { ...line, x: PADDING, text: fitted(unit.name, SIZE, room), anchor: 'start', tone: 'faint' },
  ];
  if (times !== '') {
    marks.push({ ...line, x: width - PADDING, text: times, anchor: 'end', tone: 'ink', bold: true });
  }
  return marks;
}

function box({ title, size, tone, about }: Row, x: number, y: number, width: number): Mark[] {
  const line = { mark: 'label', y: y + BOX / 2 + 4, size: SIZE } as const;
  return [
    { mark: 'box', x, y, width, height: BOX, radius: 3, tone, about },
    { ...line, x: x + PADDING, text: fitted(title, SIZE, WIDEST), anchor: 'start', tone: 'ink' },
    { ...line, x: x + width - PADDING, text: fitted(size, SIZE, WIDEST), anchor: 'end', tone: 'faint' },
  ];
}
