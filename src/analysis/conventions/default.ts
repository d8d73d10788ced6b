import type { CountingConvention } from './counting.ts';
import { atInference, doubled, everyWeight, ownOperations, products } from './terms.ts';

/** Parameters as every tool has them; MACs as torchvision has them; FLOPs with everything that computes. */
export const byDefault: CountingConvention = {
  name: 'default',
  source: 'vgg-inspect',
  unnamed: 'counts what the kind itself states',
  params: { calls: 'parameters', counts: 'every learnable scalar once, biases in', rule: everyWeight },
  macs: {
    calls: 'MACs',
    counts: 'multiplications of convolutions and matrix products; biases out',
    rule: atInference((layer) => [products(layer)]),
  },
  flops: {
    calls: 'FLOPs',
    counts: '2 × MACs + element-wise work',
    rule: atInference((layer) => [products(layer), doubled(layer), ownOperations(layer)]),
  },
};
