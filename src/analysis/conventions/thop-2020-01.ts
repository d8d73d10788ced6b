import type { CountingConvention } from './counting.ts';
import { addsBias, inputElements, outputElements } from './facts.ts';
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
import { adaptiveAverageWhole, linearAdditions, productsPerOutput, upsampling } from './thop-rules.ts';

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

/** thop in January 2020: batch-norm as in later releases, linear layers as in earlier ones. */
export const thop202001: CountingConvention = {
  name: 'thop-2020-01',
  source: 'thop 0.0.31.post2001170342, thop/count_hooks.py',
  unnamed: 'counts its parameters, and no operations unless it is a convolution or a linear layer',
  float32Sums: true,
  params: { calls: 'params', counts: 'every learnable scalar once, biases in', rule: everyWeight },
  macs: {
    calls: 'MACs',
    counts:
      'multiplications of convolutions, with their biases; linear layers twice, multiplications and additions; ' +
      'batch-norm 2 an element; average pooling; activations out',
    rule: atInference((layer) =>
      layer.family === 'linear'
        ? [products(layer), doubled(layer, linearAdditions(layer, addsBias(layer)))]
        : layer.family === 'conv'
          ? [products(layer, productsPerOutput(layer)), biases(layer)]
          : [operations(layer, operationsOf(layer))],
    ),
  },
};
