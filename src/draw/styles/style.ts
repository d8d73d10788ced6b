import type { Analysis } from '../../analysis/analysis.ts';
import type { Figure } from '../figure.ts';

/** One way of drawing a network. */
export interface Style {
  readonly name: string;
  readonly about: string;
  /** Paths are folded to their first `depth` parts; where it is left out, to what the figure has room for. */
  draw(analysis: Analysis, depth?: number): Figure;
}
