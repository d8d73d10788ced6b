import type { Analysis } from '../../analysis/analysis.ts';
import type { Shape } from '../../core/shape.ts';
import type { Family } from '../../layers/layer.ts';
import { body, sidesOf, type Body, type Scale } from '../body.ts';
import type { Mark, Point, Tone } from '../figure.ts';
import { framed } from '../frame.ts';
import { lanes } from '../lanes.ts';
import { withRepeats } from '../repeats.ts';
import { fitted, textWidth } from '../text-width.ts';
import { deepest, fold, lastOf, type Drawn, type Unit } from '../units.ts';
import { isVisible, LEFT_OUT_NOTE, shownBefore } from '../visible.ts';
import { sizeText, unitAbout } from '../words.ts';
import type { Style } from './style.ts';

/** Of bodies that a page still shows at a legible size. */
const MOST = 32;

const [SIZE, NAME] = [10, 9];
const [BESIDE, APART, LANE, LABELS] = [5, 16, 10, 34];
const LONGEST_NAME = 84;

/** Feature maps to scale, left to right: as the papers of AlexNet and VGG draw them. */
export const volumes: Style = {
  name: 'volumes',
  about: 'feature maps to scale',
  draw(analysis, depth) {
    const drawn = depth === undefined ? shallow(analysis) : withRepeats(fold(analysis, depth));
    const { marks, width, height } = placed(drawn);
    const single = bodiesOf(drawn).filter(({ members }) => members.length === 1);
    const notes = [
      'Heights and widths to scale; thickness grows with the square root of the channels.',
      ...(analysis.layers.every(isVisible) ? [] : [LEFT_OUT_NOTE]),
    ];
    const families = single.map(({ members }): Family => members[0].family);
    const about = `Feature maps: ${bodiesOf(drawn).map(unitAbout).join('; ')}.`;
    return framed(analysis, { marks, width, height, families, notes, about });
  },
};

/** Units that give a feature map of their own; all of them where none does. */
function bodiesOf({ units }: Drawn): readonly Unit[] {
  const found = units.filter(({ members }) => members.length > 1 || isVisible(members[0]));
  return found.length > 0 ? found : units;
}

/** As deep as it stays small enough. */
function shallow(analysis: Analysis): Drawn {
  let found = withRepeats(fold(analysis, 1));
  for (let depth = 2; depth <= deepest(analysis); depth++) {
    const next = withRepeats(fold(analysis, depth));
    if (bodiesOf(next).length <= MOST) found = next;
  }
  return found;
}

/** A feature map before it has a place. */
interface FeatureMap {
  readonly id: string;
  readonly name: string;
  readonly shape: Shape;
  readonly tone: Tone;
  readonly about: string;
  readonly times: number;
  readonly block: boolean;
}

function mapsOf(drawn: Drawn): FeatureMap[] {
  return [
    ...drawn.inputs.map(({ id, name, shape }): FeatureMap => {
      const about = `${name}: ${sizeText(shape)}`;
      return { id, name, shape, tone: 'tensor', about, times: 1, block: false };
    }),
    ...bodiesOf(drawn).map((unit): FeatureMap => {
      const { id, name, members, times } = unit;
      const block = members.length > 1;
      const tone = block ? 'block' : members[0].family;
      return { id, name, shape: lastOf(unit).outputShape, tone, about: unitAbout(unit), times, block };
    }),
  ];
}

/** Neighbors of one size, which lie close behind each other and share a label. */
interface Run {
  readonly maps: readonly FeatureMap[];
  readonly bodies: readonly Body[];
  readonly size: string;
  readonly name: string;
  /** Of the bodies, and of the place that they and their label take. */
  readonly width: number;
  readonly room: number;
}

function runsOf(maps: readonly FeatureMap[], scale: Scale): Run[] {
  const groups: FeatureMap[][] = [];
  for (const map of maps) {
    const before = groups.at(-1)?.at(-1);
    const joins =
      before &&
      before.block === map.block &&
      partsOf(before.name)[0] === partsOf(map.name)[0] &&
      sizeText(before.shape) === sizeText(map.shape);
    if (joins) groups.at(-1)!.push(map);
    else groups.push([map]);
  }
  return groups.map((group): Run => {
    const bodies = group.map(({ shape }) => body(shape, scale));
    const width = bodies.reduce((sum, { thickness }) => sum + thickness + BESIDE, -BESIDE) + bodies[0]!.lean;
    const size = fitted(sizeText(group[0]!.shape), SIZE, 2 * LONGEST_NAME);
    const name = fitted(nameOf(group), NAME, LONGEST_NAME);
    const room = Math.max(width, textWidth(size, SIZE), textWidth(name, NAME)) + APART;
    return { maps: group, bodies, size, name, width, room };
  });
}

const partsOf = (path: string) => path.split('.');

/** What the paths have in common, and of equal blocks their number. */
function nameOf(maps: readonly FeatureMap[]): string {
  const [first, ...others] = maps.map(({ name }) => partsOf(name));
  let same = 0;
  while (same < first!.length && others.every((path) => path[same] === first![same])) same++;
  const name = first!.slice(0, same).join('.');
  const times = maps.reduce((sum, map) => sum + map.times, 0);
  return times > maps.length ? `${name} ×${times}` : name;
}

function placed(drawn: Drawn) {
  const maps = mapsOf(drawn);
  const scale = { side: 1, channels: 1 };
  for (const { shape } of maps) {
    const { height, width, channels } = sidesOf(shape);
    scale.side = Math.max(scale.side, height, width);
    scale.channels = Math.max(scale.channels, channels);
  }
  const runs = runsOf(maps, scale);
  const tallest = Math.max(...runs.flatMap(({ bodies }) => bodies.map(({ rise }) => rise)));
  const tops = new Map<string, Point>();
  const solid: Mark[] = [];
  const labels: Mark[] = [];
  let x = 0;
  for (const { maps: own, bodies, size, name, width, room } of runs) {
    const middle = x + room / 2;
    let left = middle - width / 2;
    for (const [i, { id, tone, about }] of own.entries()) {
      const { marks, top, thickness } = bodies[i]!.at(left, tallest / 2, tone, about);
      solid.push(...marks);
      tops.set(id, top);
      left += thickness + BESIDE;
    }
    const line = { mark: 'label', x: middle, anchor: 'middle' } as const;
    labels.push(
      { ...line, y: tallest + 16, text: size, size: SIZE, tone: 'ink' },
      { ...line, y: tallest + 28, text: name, size: NAME, tone: 'faint' },
    );
    x += room;
  }
  const { marks: arcs, height: above } = skips(drawn, maps, tops);
  const marks = [...solid, ...arcs, ...labels].map((mark) => lowered(mark, above));
  return { marks, width: x, height: above + tallest + LABELS };
}

const lowered = (mark: Mark, by: number): Mark =>
  'points' in mark
    ? { ...mark, points: mark.points.map(([x, y]) => [x, y + by] as const) }
    : { ...mark, y: mark.y + by };

/** Arrows above the bodies, for what is not read from the neighbor. */
function skips(drawn: Drawn, maps: readonly FeatureMap[], tops: ReadonlyMap<string, Point>) {
  const before = shownBefore(drawn.units, (id) => tops.has(id));
  const edges = maps.flatMap(({ id }, i) =>
    (before.get(id) ?? [])
      .filter((from) => from !== maps[i - 1]?.id && tops.has(from))
      .map((from) => [tops.get(from)!, tops.get(id)!] as const),
  );
  const { lane, count } = lanes(edges.map(([from, to]) => ({ from: from[0], to: to[0] })));
  const marks = edges.map(([[fromX, fromY], [toX, toY]], i): Mark => {
    const y = -LANE * (lane[i]! + 1);
    const points = [
      [fromX, fromY],
      [fromX, y],
      [toX, y],
      [toX, toY],
    ] as const;
    return { mark: 'line', points, tone: 'edge', arrow: true };
  });
  return { marks, height: count > 0 ? LANE * (count + 1) : 0 };
}
