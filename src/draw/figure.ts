/** A place in a figure: pixels from the left and from the top. */
export type Point = readonly [x: number, y: number];

/** What a mark is colored for; `palette.ts` has the color. */
export type Tone =
  | 'ink'
  | 'faint'
  | 'edge'
  | 'frame'
  | 'block'
  | 'tensor'
  | 'conv'
  | 'linear'
  | 'activation'
  | 'pool'
  | 'norm'
  | 'dropout'
  | 'reshape'
  | 'join'
  | 'resize';

export interface Box {
  readonly mark: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly radius: number;
  readonly tone: Tone;
  /** An outline alone. */
  readonly hollow?: true;
  /** Read out, and shown where the pointer rests: anything that has no room in the figure. */
  readonly about?: string;
}

/** A closed outline of straight lines. */
export interface Polygon {
  readonly mark: 'polygon';
  readonly points: readonly Point[];
  readonly tone: Tone;
  /** How much darker than the tone, from 0 to 1: the sides of a body. */
  readonly shade: number;
  readonly about?: string;
}

/** From the first point to the last, rounded at those between. */
export interface Line {
  readonly mark: 'line';
  readonly points: readonly Point[];
  readonly tone: Tone;
  readonly arrow?: true;
}

/** One line of text; `y` is its baseline. */
export interface Label {
  readonly mark: 'label';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  /** Height of the font in pixels. */
  readonly size: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly tone: Tone;
  readonly bold?: true;
}

export type Mark = Box | Polygon | Line | Label;

/** A drawing, before it is written in a format: later marks lie above earlier ones. */
export interface Figure {
  readonly title: string;
  /** What it shows, for those who do not see it. */
  readonly about: string;
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

/** The same marks, further right and further down. */
export function moved(marks: readonly Mark[], dx: number, dy: number): Mark[] {
  return marks.map((one) =>
    'points' in one
      ? { ...one, points: one.points.map(([x, y]) => [x + dx, y + dy] as const) }
      : { ...one, x: one.x + dx, y: one.y + dy },
  );
}
