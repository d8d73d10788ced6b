import { elements, product } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import type { CountingConvention, Term } from './counting.ts';
import { multiplies } from './facts.ts';
import { atInference, biases, everyWeight, operations } from './terms.ts';

/** How often each weight is used, in torchinfo's eyes: once a pixel in convolutions, once an image elsewhere. */
function uses({ family, outputShape: [batch, , ...image] }: LayerFacts): number {
  return family === 'conv' ? product([batch!, ...image], 'the number of MACs') : batch!;
}

/** Weights and biases times their uses. */
function multAdds(layer: LayerFacts): Term[] {
  return layer.weights
    .filter(({ buffer }) => !buffer)
    .map(({ name, shape }) => {
      const count = product([elements(shape), uses(layer)], 'the number of MACs');
      return name === 'bias' && multiplies(layer) ? biases(layer, count) : operations(layer, count);
    });
}

/** torchinfo multiplies parameters by where they are used, so that biases and scales count as MACs. */
export const torchinfo: CountingConvention = {
  name: 'torchinfo',
  source: 'torchinfo 1.8.0, torchinfo/layer_info.py (calculate_macs)',
  unnamed: 'counts its parameters, times output pixels where it is a convolution, times batch elsewhere',
  params: { calls: 'Total params', counts: 'every learnable scalar once, biases in', rule: everyWeight },
  macs: {
    calls: 'mult-adds',
    counts:
      'parameters × output pixels in convolutions, × batch elsewhere: biases in, batch-norm batch × params',
    rule: atInference(multAdds),
  },
};
