import { createHash } from 'node:crypto';
import type { ResolvedGraph } from '../../../graph/resolve.ts';
import type { Checkpoint } from '../../../train/checkpoint.ts';
import type { Recipe } from '../../../train/recipe.ts';

/** What decides the losses: a checkpoint is taken up again only where all of it is the same. */
export function identityOf({ graph, input }: ResolvedGraph, recipe: Recipe): Checkpoint['identity'] {
  const nodes = graph.nodes.map(({ path, kind, attributes, inputs, sharesWeightsOf, frozen, inEval }) => [
    path,
    kind,
    attributes,
    inputs,
    sharesWeightsOf,
    ...(frozen ? ['frozen'] : []),
    ...(inEval ? ['in eval'] : []),
  ]);
  const { name, lr, momentum, weightDecay } = recipe.optimizer;
  return {
    network: `${graph.name}-${createHash('sha256').update(JSON.stringify(nodes)).digest('hex').slice(0, 12)}`,
    input: input.slice(1).join('x'),
    batch: recipe.batch,
    optimizer: name,
    lr,
    momentum,
    weightDecay,
    seed: recipe.seed,
    data: recipe.data,
    limit: recipe.limit ?? 0,
  };
}
