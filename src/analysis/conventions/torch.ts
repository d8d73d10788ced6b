import type { CountingConvention } from './counting.ts';
import { atInference, doubled, products } from './terms.ts';

/** PyTorch's own counter: multiplications and additions of convolutions and matrix products. */
export const torch: CountingConvention = {
  name: 'torch',
  source: 'torch 2.13.0, torch.utils.flop_counter.FlopCounterMode',
  unnamed: 'counts its multiplications and additions',
  flops: {
    calls: 'FLOPs',
    counts: '2 × MACs; biases and element-wise work out',
    rule: atInference((layer) => [products(layer), doubled(layer)]),
  },
};
