import type { Figure } from '../figure.ts';
import { svg } from './svg.ts';
import { tikz } from './tikz.ts';

/** A form in which a figure is written. */
export interface FigureFormat {
  /** How its files end, without the dot. */
  readonly ending: string;
  write(figure: Figure): string;
}

/** Every format of figures; the first is written where no file says more. */
export const figureFormats: readonly [FigureFormat, ...FigureFormat[]] = [
  { ending: 'svg', write: (figure) => svg(figure) },
  { ending: 'tex', write: tikz },
];
