import { load } from '../arch/load.ts';
import type { InputSize } from '../core/options/values.ts';
import type { Shape } from '../core/shape.ts';
import type { Graph } from '../graph/graph.ts';
import { checkOptions, type InspectOptions } from './options.ts';
import { sourceOf } from './source.ts';

/** A built-in name, the text of a spec, or a Graph. */
export type Network = string | Graph;

/** The network as the options want it. Throws `bad-option` and the errors of `load`. */
export function graphOf(network: Network, options: InspectOptions): Graph {
  checkOptions(options);
  return load(sourceOf(network), options);
}

/** As the command line says it. */
export const sizesOf = (input: Shape): InputSize[] => [{ text: input.join('x'), sizes: input }];
