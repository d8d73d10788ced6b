import { elements } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import { each, type CountingConvention, type Term } from './counting.ts';
import { runningStatistics } from './facts.ts';
import { ownWeights, weight } from './terms.ts';

/** Moving means and variances; PyTorch's step counter, a scalar, has no counterpart in Keras. */
const statistics = (layer: LayerFacts): Term[] =>
  runningStatistics(layer).map(({ shape }) => ({
    cause: { of: 'statistics' },
    count: elements(shape),
    shape,
  }));

/** What `model.summary()` and `count_params()` call the total. */
export const keras: CountingConvention = {
  name: 'keras',
  source: 'keras 3.15.1, Model.count_params (keras.io/api/applications)',
  unnamed: 'counts its parameters and its running statistics',
  params: {
    calls: 'Total params',
    counts: 'every learnable scalar once, biases in, and the running statistics of batch-norm',
    rule: each((layer) => [
      ...ownWeights(layer).map((tensor) => weight(layer, tensor)),
      ...statistics(layer),
    ]),
  },
};
