import { resolve, type ResolvedGraph } from '../../graph/resolve.ts';
import { elements } from '../../core/arithmetic.ts';
import type { BuildOptions } from './engine.ts';
import { Random } from '../random.ts';
import type { Measure } from './select.ts';

/** More examples at once would tell little more and take long on a large network. */
const LARGEST_BATCH = 32;
/** Steps after the first, which compiles and fills caches; the best of them counts. */
const STEPS = 2;

/** Trains the network for a few steps on noise, on copies of its weights. */
export function measureBySteps(network: ResolvedGraph, options: BuildOptions): Measure {
  const [batch, ...image] = network.input as [number, ...number[]];
  const count = Math.min(batch, options.batch, LARGEST_BATCH);
  const small = resolve(network.graph, [count, ...image]);
  return async (engine) => {
    const random = new Random(options.seed, 'measure');
    const images = random.uniform(count * elements(image), 1);
    const examples = { count, images, labels: new Uint8Array(count) };
    const trainer = await engine.build(small, { ...options, batch: count });
    try {
      await trainer.step(examples, 0);
      let best = 0;
      for (let step = 1; step <= STEPS; step++) {
        const begun = performance.now();
        await trainer.step(examples, step);
        best = Math.max(best, count / ((performance.now() - begun) / 1000));
      }
      return best;
    } finally {
      trainer.dispose();
    }
  };
}
