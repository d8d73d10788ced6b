import { elements, product } from '../../graph/shape.ts';
import type { CountingConvention, LayerFacts, Term } from './counting.ts';
import { atInference, everyWeight, weight } from './terms.ts';

/** How often each weight is used, in torchinfo's eyes: once a pixel in convolutions, once an image elsewhere. */
function uses({ family, outputShape: [batch, , ...image] }: LayerFacts): number {
  return family === 'conv' ? product([batch!, ...image], 'the number of MACs') : batch!;
}

/** Weights and biases times their uses; under the causes of the work, so that a bias is one beside the product. */
function multAdds(layer: LayerFacts): Term[] {
  return layer.weights
    .filter(({ buffer }) => !buffer)
    .map((tensor) => {
      const count = product([elements(tensor.shape), uses(layer)], 'the number of MACs');
      return { cause: causeOf(layer, weight(layer, tensor).cause), count };
    });
}

const names: Readonly<Record<string, string>> = {
  'convolution weights': 'convolutions',
  'linear weights': 'linear layers',
};

const causeOf = ({ family }: LayerFacts, cause: string): string =>
  family === 'norm' ? 'normalisation' : (names[cause] ?? cause);

/** torchinfo multiplies parameters by where they are used, so that biases and scales count as MACs. */
export const torchinfo: CountingConvention = {
  name: 'torchinfo',
  source: 'torchinfo 1.8.0, torchinfo/layer_info.py (calculate_macs)',
  params: { calls: 'Total params', counts: 'every learnable scalar once, biases in', rule: everyWeight },
  macs: {
    calls: 'Total mult-adds',
    counts:
      'parameters × output pixels in convolutions, × batch elsewhere: biases in, batch-norm batch × params',
    rule: atInference(multAdds),
  },
};
