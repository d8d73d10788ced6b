import type { LayerFacts } from '../counts/layer-facts.ts';
import { each, type CountingConvention } from './counting.ts';
import { inputElements, isAffine, isConvolutionOrLinear, outputElements } from './facts.ts';
import {
  atInference,
  byKind,
  eachRank,
  nothing,
  operations,
  ownWeights,
  products,
  ranksOf,
  weight,
} from './terms.ts';
import { adaptiveAverage, productsPerOutput, softmax, upsampling } from './thop-rules.ts';

const normalize = (layer: LayerFacts) => inputElements(layer) * (isAffine(layer) ? 4 : 2);

const operationsOf = byKind(
  {
    ...eachRank('batchnorm', normalize),
    ...eachRank('instancenorm', normalize),
    layernorm: normalize,
    softmax,
    ...eachRank('avgpool', outputElements),
    ...eachRank('adaptive_avgpool', adaptiveAverage),
    upsample: upsampling({ nearest: 1, linear: 5, bilinear: 11, bicubic: 259 }),
  },
  nothing,
);

const norms = new Set([...ranksOf('batchnorm'), ...ranksOf('instancenorm'), 'layernorm']);

/** Kinds whose parameters thop sees: those with a rule. */
const hasRule = (layer: LayerFacts) => isConvolutionOrLinear(layer) || norms.has(layer.kind);

/** thop as it is installed today. */
export const thop: CountingConvention = {
  name: 'thop',
  source: 'thop 0.1.1.post2209072238, thop/vision/basic_hooks.py and calc_func.py',
  unnamed: 'counts nothing, neither parameters nor operations, unless it is a convolution or a linear layer',
  params: {
    calls: 'params',
    counts: 'the learnable scalars of layers that run at inference and have a rule',
    rule: each((layer) =>
      layer.trainingOnly || !hasRule(layer) ? [] : ownWeights(layer).map((tensor) => weight(layer, tensor)),
    ),
  },
  macs: {
    calls: 'MACs',
    counts:
      'multiplications of convolutions and matrix products; batch-norm 4 an element; average pooling; ' +
      'biases and activations out',
    rule: atInference((layer) => [
      ...(isConvolutionOrLinear(layer) ? [products(layer, productsPerOutput(layer))] : []),
      operations(layer, operationsOf(layer)),
    ]),
  },
};
