import { each, type CountingConvention } from './counting.ts';
import { inputElements, outputElements } from './facts.ts';
import {
  atInference,
  biases,
  looked,
  operations,
  ownWeights,
  products,
  weight,
  type ByKind,
} from './terms.ts';
import { adaptiveAverageWhole, productsPerOutput, upsampling } from './thop-rules.ts';

const table: ByKind = {
  batchnorm2d: (layer) => 2 * inputElements(layer),
  leaky_relu: inputElements,
  avgpool2d: outputElements,
  adaptive_avgpool2d: adaptiveAverageWhole,
  upsample: upsampling({ bilinear: 11, bicubic: 259 }),
};

/** Kinds whose parameters thop saw: those with a rule. */
const withRule: ReadonlySet<string> = new Set(['conv2d', 'convtranspose2d', 'linear', 'batchnorm2d']);

/** thop from May 2020 to June 2022, the releases that most published figures come from. */
export const thop2020: CountingConvention = {
  name: 'thop-2020',
  source: 'thop 0.0.31.post2005241907 to 0.0.5.post2110061705, thop/vision/basic_hooks.py',
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
      'multiplications of convolutions and matrix products; biases of convolutions, not of linear layers; ' +
      'batch-norm 2 an element; average pooling; activations out',
    rule: atInference((layer) => [
      products(layer, productsPerOutput(layer)),
      ...(layer.family === 'conv' ? [biases(layer)] : []),
      operations(layer, looked(table, layer)),
    ]),
  },
};
