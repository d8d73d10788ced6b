import { VggError } from '../../../core/errors/error.ts';
import type { Graph } from '../../../graph/graph.ts';
import { resultShape, resolve, type ResolvedGraph } from '../../../graph/resolve.ts';
import type { ImageShape } from '../../../train/data/batches.ts';
import { withDropout } from '../../../graph/dropout-rate.ts';
import type { Recipe } from '../../../train/recipe.ts';
import { imagesShape } from '../../../analysis/options/input-options.ts';
import { loadNetwork } from '../../io/load-network.ts';
import type { Io } from '../../io/io.ts';
import type { TrainCommandOptions } from './options.ts';

/** The network at the size it is trained at. Throws `options-contradict` for two sizes. */
export async function trainingNetwork(
  arch: string | undefined,
  options: TrainCommandOptions,
  recipe: Recipe,
  io: Io,
): Promise<ResolvedGraph> {
  const built = await loadNetwork(arch, options, io);
  const graph = options.dropout === undefined ? built : withDropout(built, options.dropout);
  return resolve(graph, trainingInput(graph, options, recipe));
}

function trainingInput(graph: Graph, { input, resize }: TrainCommandOptions, { batch }: Recipe) {
  if (input !== undefined && resize !== undefined) {
    throw new VggError('options-contradict', { first: '--input', second: '--resize' });
  }
  const [channels, ...own] = graph.inputs[0].shape;
  if (resize !== undefined) return [batch, channels!, ...own.map(() => resize)];
  return imagesShape(graph, batch, input);
}

export function imageShape({ input }: ResolvedGraph): ImageShape {
  const [, channels, height, width] = input as [number, number, number, number];
  return { channels, height, width };
}

/** Width of the class scores. Throws `no-class-scores` when the network ends in an image. */
export function classesOf(resolved: ResolvedGraph): number {
  const output = resultShape(resolved, resolved.graph.outputs[0]!);
  if (output.length !== 2) throw new VggError('no-class-scores', { shape: output });
  return output[1]!;
}
