import type { LayerFacts } from '../counts/layer-facts.ts';
import type { CountingConvention } from './counting.ts';
import { addsBias, inputElements, outputElements } from './facts.ts';
import {
  atInference,
  biases,
  byKind,
  eachRank,
  doubled,
  everyWeight,
  nothing,
  operations,
  products,
} from './terms.ts';
import { adaptiveAverageWhole, linearAdditions, productsPerOutput, upsampling } from './thop-rules.ts';

/** The window and a division. A kernel given as one number, as it mostly is, counted as that number, not its power. */
function average(layer: LayerFacts): number {
  const { kernel_size: kernel } = layer.attributes as { readonly kernel_size: readonly number[] };
  const [first = 1] = kernel;
  const window = kernel.every((side) => side === first) ? first : kernel.reduce((a, b) => a * b, 1);
  return (window + 1) * outputElements(layer);
}

const operationsOf = byKind(
  {
    ...eachRank('batchnorm', (layer) => 4 * inputElements(layer)),
    leaky_relu: inputElements,
    ...eachRank('avgpool', average),
    ...eachRank('adaptive_avgpool', adaptiveAverageWhole),
    upsample: upsampling({ linear: 5, bilinear: 11, bicubic: 259 }),
  },
  nothing,
);

/** thop at the end of 2019: its README's figures, 15.61 G for VGG-16. */
export const thop2019: CountingConvention = {
  name: 'thop-2019',
  source: 'thop 0.0.31.post1910280903 to post1912272122, thop/count_hooks.py',
  unnamed: 'counts its parameters, and no operations unless it is a convolution or a linear layer',
  float32Sums: true,
  params: { calls: 'params', counts: 'every learnable scalar once, biases in', rule: everyWeight },
  macs: {
    calls: 'MACs',
    counts:
      'multiplications of convolutions, with their biases; linear layers twice, multiplications and additions; ' +
      'batch-norm 4 an element; average pooling; activations out',
    rule: atInference((layer) =>
      layer.family === 'linear'
        ? [products(layer), doubled(layer, linearAdditions(layer, addsBias(layer)))]
        : layer.family === 'conv'
          ? [products(layer, productsPerOutput(layer)), biases(layer)]
          : [operations(layer, operationsOf(layer))],
    ),
  },
};
