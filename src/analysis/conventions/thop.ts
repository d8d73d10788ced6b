import type { LayerFacts } from '../counts/layer-facts.ts';
import { each, type CountingConvention } from './counting.ts';
import { inputElements, isAffine, outputElements } from './facts.ts';
import { atInference, looked, operations, ownWeights, products, weight, type ByKind } from './terms.ts';
import { adaptiveAverage, productsPerOutput, softmax, upsampling } from './thop-rules.ts';

const normalize = (layer: LayerFacts) => inputElements(layer) * (isAffine(layer) ? 4 : 2);

const table: ByKind = {
  batchnorm2d: normalize,
  layernorm: normalize,
  softmax,
  avgpool2d: outputElements,
  adaptive_avgpool2d: adaptiveAverage,
  upsample: upsampling({ nearest: 1, bilinear: 11, bicubic: 259 }),
};

/** Kinds whose parameters thop sees: those with a rule. */
const withRule: ReadonlySet<string> = new Set([
  'conv2d',
  'convtranspose2d',
  'linear',
  'batchnorm2d',
  'layernorm',
]);

/** thop as it is installed today. */
export const thop: CountingConvention = {
  name: 'thop',
  source: 'thop 0.1.1.post2209072238, thop/vision/basic_hooks.py and calc_func.py',
  params: {
    calls: 'params',
    counts: 'the learnable scalars of layers that run at inference and have a rule',
    rule: each((layer) =>
      layer.trainingOnly || !withRule.has(layer.kind)
        ? []
        : ownWeights(layer).map((tensor) => weight(layer, tensor)),
    ),
  },
  macs: {
    calls: 'MACs',
    counts:
      'multiplications of convolutions and matrix products; batch-norm 4 an element; average pooling; ' +
      'biases and activations out',
    rule: atInference((layer) => [
      products(layer, productsPerOutput(layer)),
      operations(layer, looked(table, layer)),
    ]),
  },
};
