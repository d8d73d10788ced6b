import type { CountingConvention, Rule } from './counting.ts';
import { ownWeights, weight } from './terms.ts';

/** Of a linear layer the first alone counts, and it alone with its bias. */
const tally: Rule = (layers) => {
  const head = layers.find(({ family }) => family === 'linear');
  return layers.map((layer) => {
    if (layer.family !== 'conv' && layer !== head) return [];
    return ownWeights(layer)
      .filter(({ name }) => layer === head || name !== 'bias')
      .map((tensor) => weight(layer, tensor));
  });
};

/** The tally that people make on paper. */
export const hand: CountingConvention = {
  name: 'hand',
  source: 'tallies on paper, as in the discussion of the VGG chapter (discuss.d2l.ai/t/78)',
  unnamed: 'counts nothing unless it is a convolution or the first linear layer',
  params: {
    calls: 'parameters',
    counts: 'convolution weights without biases, and the first linear layer with its bias',
    rule: tally,
  },
};
