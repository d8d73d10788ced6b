import type { LayerFacts } from '../counts/layer-facts.ts';
import type { CountingConvention } from './counting.ts';
import { argument, hasStatistics, inputElements, isAffine, outputElements } from './facts.ts';
import { atInference, byKind, eachRank, everyWeight, nothing, operations, products } from './terms.ts';

/** 5 operations an element, 4 without a scale: statistics of the layer's own input. */
const normalize = (layer: LayerFacts) => inputElements(layer) * (isAffine(layer) ? 5 : 4);

const isImage = ({ outputShape }: LayerFacts): boolean => outputShape.length === 4;

/** Operations an output element by the mode of an upsampling of images; fvcore lists no other. */
const UPSAMPLING: Readonly<Record<string, number>> = { nearest: 1, bilinear: 4 };

/** The operators that fvcore has a handle for, beside products. All others it leaves out, and says so. */
const operationsOf = byKind(
  {
    ...eachRank('batchnorm', (layer) =>
      hasStatistics(layer) ? inputElements(layer) * (isAffine(layer) ? 2 : 1) : normalize(layer),
    ),
    ...eachRank('instancenorm', normalize),
    groupnorm: normalize,
    layernorm: normalize,
    adaptive_avgpool2d: inputElements,
    upsample: (layer) =>
      isImage(layer) ? outputElements(layer) * (UPSAMPLING[String(argument(layer, 'mode'))] ?? 0) : 0,
  },
  nothing,
);

/** fvcore counts a multiply-accumulate as one flop. */
export const fvcore: CountingConvention = {
  name: 'fvcore',
  source: 'fvcore 0.1.5.post20221221, fvcore/nn/flop_count.py',
  unnamed: 'counts its multiplications, and nothing else of it',
  params: { calls: 'parameter_count', counts: 'every learnable scalar once, biases in', rule: everyWeight },
  macs: {
    calls: 'flops',
    counts:
      'MACs: multiplications of convolutions and matrix products; batch-norm 2 an element; adaptive average pooling; ' +
      'biases, activations and other pooling out',
    rule: atInference((layer) => [products(layer), operations(layer, operationsOf(layer))]),
  },
};
