import type { LayerFacts } from '../counts/layer-facts.ts';
import { each, type CountingConvention } from './counting.ts';
import { inputElements, isConvolutionOrLinear, outputElements } from './facts.ts';
import {
  atInference,
  biases,
  byKind,
  eachRank,
  nothing,
  operations,
  ownWeights,
  products,
  ranksOf,
  weight,
} from './terms.ts';
import { adaptiveAverageWhole, productsPerOutput, upsampling } from './thop-rules.ts';

const operationsOf = byKind(
  {
    ...eachRank('batchnorm', (layer) => 2 * inputElements(layer)),
    leaky_relu: inputElements,
    ...eachRank('avgpool', outputElements),
    ...eachRank('adaptive_avgpool', adaptiveAverageWhole),
    upsample: upsampling({ linear: 5, bilinear: 11, bicubic: 259 }),
  },
  nothing,
);

/** Kinds whose parameters thop saw: those with a rule. */
const hasRule = (layer: LayerFacts) =>
  isConvolutionOrLinear(layer) || ranksOf('batchnorm').includes(layer.kind);

/** thop from April 2020 to June 2022, the releases that most published figures come from. */
export const thop2020: CountingConvention = {
  name: 'thop-2020',
  source: 'thop 0.0.31.post2004101309 to 0.0.5.post2110061705, thop/vision/basic_hooks.py',
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
      'multiplications of convolutions and matrix products; biases of convolutions, not of linear layers; ' +
      'batch-norm 2 an element; average pooling; activations out',
    rule: atInference((layer) => [
      ...(isConvolutionOrLinear(layer) ? [products(layer, productsPerOutput(layer))] : []),
      ...(layer.family === 'conv' ? [biases(layer)] : []),
      operations(layer, operationsOf(layer)),
    ]),
  },
};
