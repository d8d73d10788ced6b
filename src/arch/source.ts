import type { Graph } from '../graph/graph.ts';
import type { BuildOptions } from './architecture.ts';

/** What a person may choose about a network. */
export type Choices = Partial<BuildOptions>;
export type Choice = keyof BuildOptions;

/** A network in one of the forms in which people give it, ready to be built. */
export interface Source {
  /** What errors call it: `vgg11`, `--cfg`, `the spec net.yaml`. */
  readonly about: string;
  /** The choices that mean something to it. */
  readonly reads: readonly Choice[];
  /** The network at its full width. Throws the errors of its form. */
  build(choices: Choices): Graph;
  /** As `Architecture.weightLayersDividedFirst`. */
  weightLayersDividedFirst?(choices: Choices, ratio: number): number;
}
