import { onlyInput } from '../graph/graph.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Architecture, BuildOptions } from './architecture.ts';

/** Adds a network's layers. Returns the paths of its outputs, the main one first, where the last layer is not all. */
export type Draw = (net: GraphBuilder, options: BuildOptions) => readonly string[] | void;

/** An architecture from what is known about it and the layers it adds. */
export function network(about: Omit<Architecture, 'build'>, draw: Draw): Architecture {
  const { name, source, input } = about;
  return {
    ...about,
    build(options) {
      const net = new GraphBuilder();
      const outputs = draw(net, options);
      return net.build({ name, source, inputs: onlyInput(input) }, outputs ?? undefined);
    },
  };
}
