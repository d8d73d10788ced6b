import { VggError } from '../core/errors/error.ts';
import type { Graph } from '../graph/graph.ts';
import type { Io } from './io/io.ts';
import type { LiteralOptions, NetworkOptions } from './options/options.ts';

/** A network as the user named it, at its full width. */
export interface Network {
  readonly graph: Graph;
  /** Weight layers of what comes out when the channels are divided first, where that can differ. */
  readonly weightLayersDividedFirst?: ((ratio: number) => number) | undefined;
}

/** Where a network comes from: each way in a file of its own, loaded when it is taken. */
export async function loadNetwork(
  arch: string | undefined,
  options: NetworkOptions & LiteralOptions,
  io: Io,
): Promise<Network> {
  if (options.convArch !== undefined || options.cfg !== undefined) {
    return (await import('./source-literal.ts')).literal(arch, options);
  }
  if (arch === undefined) {
    throw new VggError('missing-argument', { what: 'the architecture', example: 'vgg-inspect vgg11' });
  }
  if (arch === '-' || /\.(?:ya?ml|json|onnx)$/i.test(arch)) {
    return (await import('./source-file.ts')).fromFile(arch, options, io);
  }
  const { findArchitecture } = await import('../arch/catalog.ts');
  const found = findArchitecture(arch);
  if (found) return (await import('./source-named.ts')).named(found, options);
  return (await import('./source-file.ts')).fromUnknown(arch, options, io);
}
