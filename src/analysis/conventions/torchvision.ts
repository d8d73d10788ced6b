import type { CountingConvention } from './counting.ts';
import { atInference, everyWeight, products } from './terms.ts';

/** The figures in the metadata of torchvision's weights, `num_params` and `_ops`. */
export const torchvision: CountingConvention = {
  name: 'torchvision',
  source: 'torchvision 0.28.0, WeightsEnum.meta (docs.pytorch.org/vision/stable/models.html)',
  unnamed: 'counts its multiplications',
  params: { calls: 'num_params', counts: 'every learnable scalar once, biases in', rule: everyWeight },
  macs: {
    calls: 'GFLOPS',
    counts: 'MACs: multiplications of convolutions and matrix products; biases out',
    rule: atInference((layer) => [products(layer)]),
  },
};
