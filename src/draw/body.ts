import type { Shape } from '../core/shape.ts';
import type { Mark, Point, Tone } from './figure.ts';

/** Pixels of the longest side, and of the most channels. */
const [LONGEST, THICKEST] = [150, 48];
/** The least that is still seen. */
const THINNEST = 3;
/** How far a body leans back, to the right and up, for each pixel of its width. */
const LEAN = 0.28;

/** The largest side and the most channels in a figure. */
export interface Scale {
  readonly side: number;
  readonly channels: number;
}

/**
 * Height, width and channels of a tensor as it is drawn: of N×C×H×W these; of N×C×L a sheet; of N×F a line; of
 * N×C×D×H×W the sides of a slice.
 */
export function sidesOf(shape: Shape): { height: number; width: number; channels: number } {
  const [, channels = 1, ...sides] = shape;
  const height = sides.length > 1 ? sides.at(-2)! : (sides[0] ?? 1);
  return { height, width: sides.length > 1 ? sides.at(-1)! : 1, channels };
}

/** A cuboid before it has a place; pixels. */
export interface Body {
  readonly thickness: number;
  /** How far it reaches to the right of its thickness. */
  readonly lean: number;
  /** From its lowest point to its highest. */
  readonly rise: number;
  /** With its left edge at `x`, around the height `middle`; `top` is the middle of its upper side. */
  at(
    x: number,
    middle: number,
    tone: Tone,
    about: string,
  ): { readonly marks: readonly Mark[]; readonly top: Point; readonly thickness: number };
}

export function body(shape: Shape, scale: Scale): Body {
  const sides = sidesOf(shape);
  const long = (side: number) => Math.max((LONGEST * side) / scale.side, THINNEST);
  const thickness = Math.max(THICKEST * Math.sqrt(sides.channels / scale.channels), THINNEST);
  const [tall, lean] = [long(sides.height), long(sides.width) * LEAN];
  const rise = tall + lean;
  return {
    thickness,
    lean,
    rise,
    at(x, middle, tone, about) {
      const bottom = middle + rise / 2;
      const [front, right] = [bottom - tall, x + thickness];
      const polygon = (points: readonly Point[], shade: number): Mark => ({
        mark: 'polygon',
        points,
        tone,
        shade,
        about,
      });
      const marks = [
        polygon(
          [
            [x, front],
            [x + lean, front - lean],
            [right + lean, front - lean],
            [right, front],
          ],
          0.06,
        ),
        polygon(
          [
            [right, front],
            [right + lean, front - lean],
            [right + lean, bottom - lean],
            [right, bottom],
          ],
          0.14,
        ),
        polygon(
          [
            [x, front],
            [right, front],
            [right, bottom],
            [x, bottom],
          ],
          0,
        ),
      ];
      return { marks, top: [x + (thickness + lean) / 2, front - lean / 2], thickness };
    },
  };
}
