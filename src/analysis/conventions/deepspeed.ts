import { product } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import type { CountingConvention } from './counting.ts';
import { argument, hasStatistics, inputElements, isAffine, outputElements } from './facts.ts';
import {
  atInference,
  biases,
  byKind,
  doubled,
  eachRank,
  everyWeight,
  nothing,
  operations,
  products,
} from './terms.ts';

/** 5 operations an element, 4 without a scale: statistics of the layer's own input. */
const normalize = (layer: LayerFacts) => inputElements(layer) * (isAffine(layer) ? 5 : 4);

/**
 * The functions that the profiler wraps. ReLU6 calls another one, and sums and products written as operators are
 * methods (github.com/deepspeedai/DeepSpeed/issues/3087).
 */
const operationsOf = byKind(
  {
    relu: inputElements,
    leaky_relu: inputElements,
    gelu: inputElements,
    silu: inputElements,
    softmax: inputElements,
    ...eachRank('maxpool', inputElements),
    ...eachRank('avgpool', inputElements),
    ...eachRank('adaptive_maxpool', inputElements),
    ...eachRank('adaptive_avgpool', inputElements),
    ...eachRank('batchnorm', (layer) =>
      hasStatistics(layer) ? inputElements(layer) * (isAffine(layer) ? 2 : 1) : normalize(layer),
    ),
    ...eachRank('instancenorm', normalize),
    groupnorm: normalize,
    layernorm: normalize,
    upsample: (layer) =>
      argument(layer, 'size') ? product(layer.outputShape.slice(2)) : outputElements(layer),
    // A square, a scaling and a shift, and the mean over channels that are padded on both sides.
    local_response_norm(layer) {
      const [batch, channels, ...image] = layer.inputShapes[0]!;
      const padded = channels! + Number(argument(layer, 'size')) - 1;
      return 3 * inputElements(layer) + product([batch!, padded, ...image]);
    },
  },
  nothing,
);

/** DeepSpeed's flops profiler, and calflops, which is made from it. */
export const deepspeed: CountingConvention = {
  name: 'deepspeed',
  source: 'deepspeed 0.19.8, deepspeed/profiling/flops_profiler/profiler.py; calflops 0.3.2',
  unnamed: 'counts its multiplications, and nothing else of it',
  params: { calls: 'params', counts: 'every learnable scalar once, biases in', rule: everyWeight },
  macs: {
    calls: 'fwd MACs',
    counts: 'multiplications of convolutions and matrix products; biases out',
    rule: atInference((layer) => [products(layer)]),
  },
  flops: {
    calls: 'fwd flops',
    counts:
      '2 × MACs; biases of convolutions, not of linear layers; ReLU and pooling an input element; batch-norm 2 an ' +
      'element; sums written with + out',
    rule: atInference((layer) => [
      products(layer),
      doubled(layer),
      ...(layer.family === 'conv' ? [biases(layer)] : []),
      operations(layer, operationsOf(layer)),
    ]),
  },
};
