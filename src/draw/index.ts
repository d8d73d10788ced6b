import type { Analysis } from '../analysis/analysis.ts';
import { figureFormats } from './formats/registry.ts';
import { styles } from './styles/registry.ts';

export const styleNames: readonly string[] = styles.map(({ name }) => name);
export const figureEndings: readonly string[] = figureFormats.map(({ ending }) => ending);

export interface DrawOptions {
  /** One of `styleNames`; the first when left out. */
  readonly style?: string | undefined;
  /** One of `figureEndings`; the first when left out. */
  readonly ending?: string | undefined;
  /** Paths are folded to their first so many parts; to what the style has room for when left out. */
  readonly depth?: number | undefined;
}

/** A network as a figure. The text ends with a line end; the same network gives the same bytes. */
export function drawNetwork(analysis: Analysis, { style, ending, depth }: DrawOptions = {}): string {
  const { draw } = styles.find(({ name }) => name === style) ?? styles[0];
  const { write } = figureFormats.find((format) => format.ending === ending) ?? figureFormats[0];
  return write(draw(analysis, depth));
}
