import type { Architecture, BuildOptions } from '../architecture.ts';
import { network, type Draw } from '../network.ts';

interface Choices {
  /** Side of the square input. */
  readonly side: number;
  /** What it reads beside the number of classes. */
  readonly defaults?: Partial<BuildOptions>;
}

/** A network of *Dive into Deep Learning* 0.17: one channel, ten classes, paths after the book's variables. */
export function book(name: string, summary: string, { side, defaults }: Choices, draw: Draw): Architecture {
  return network(
    { name, source: 'd2l', summary, input: [1, side, side], defaults: { classes: 10, ...defaults } },
    draw,
  );
}
