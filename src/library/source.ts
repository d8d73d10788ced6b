import { architecture } from '../arch/catalog.ts';
import { namedSource } from '../arch/named.ts';
import type { Source } from '../arch/source.ts';
import { specSource } from '../arch/spec/source.ts';
import type { Graph } from '../graph/graph.ts';

/** The name of a built-in network, the text of a spec, or a graph. Throws `unknown-architecture`. */
export function sourceOf(network: string | Graph): Source {
  if (typeof network !== 'string') return { about: 'a graph', reads: [], build: () => network };
  return /[\n{]/.test(network) ? specSource(network, '<spec>') : namedSource(architecture(network));
}
