import { product } from '../../core/arithmetic.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import type { CountingConvention } from './counting.ts';
import { argument, inputElements, isAffine, isConvolutionOrLinear, outputElements } from './facts.ts';
import {
  atInference,
  biases,
  byKind,
  eachRank,
  everyWeight,
  nothing,
  operations,
  products,
} from './terms.ts';

const normalize = (layer: LayerFacts) => inputElements(layer) * (isAffine(layer) ? 2 : 1);

/** What the hooks on modules count. */
const ofModules = byKind(
  {
    relu: outputElements,
    relu6: outputElements,
    leaky_relu: outputElements,
    gelu: outputElements,
    ...eachRank('maxpool', inputElements),
    ...eachRank('avgpool', inputElements),
    ...eachRank('adaptive_maxpool', inputElements),
    ...eachRank('adaptive_avgpool', inputElements),
    ...eachRank('batchnorm', normalize),
    ...eachRank('instancenorm', normalize),
    groupnorm: normalize,
    // The hook asks for an argument that LayerNorm calls otherwise.
    layernorm: inputElements,
    upsample: outputElements,
  },
  nothing,
);

/** The functions that the modules call in their turn, counted as well when functions are. */
const ofFunctions = byKind(
  {
    relu: inputElements,
    gelu: inputElements,
    silu: inputElements,
    softmax: inputElements,
    ...eachRank('maxpool', inputElements),
    ...eachRank('avgpool', inputElements),
    ...eachRank('adaptive_maxpool', inputElements),
    ...eachRank('adaptive_avgpool', inputElements),
    upsample: outputElements,
    // A square, a scaling and a shift, and the mean over channels that are padded on both sides.
    local_response_norm(layer) {
      const [batch, channels, ...image] = layer.inputShapes[0]!;
      const padded = channels! + Number(argument(layer, 'size')) - 1;
      return 3 * inputElements(layer) + product([batch!, padded, ...image]);
    },
  },
  nothing,
);

const params = {
  calls: 'params',
  counts: 'every learnable scalar once, biases in',
  rule: everyWeight,
} as const;

/** The `pytorch` backend as it comes. */
export const ptflops: CountingConvention = {
  name: 'ptflops',
  source: 'ptflops 0.7.5, backend pytorch (github.com/sovrasov/flops-counter.pytorch/issues/139)',
  unnamed: 'counts its multiplications with their biases, and nothing else of it',
  params,
  macs: {
    calls: 'MACs',
    counts:
      'multiplications of convolutions and matrix products, with biases; batch-norm 2 an element; ReLU and pooling ' +
      'twice, once as a module and once as the function that it calls',
    rule: atInference((layer) => [
      products(layer),
      biases(layer),
      operations(layer, ofModules(layer) + ofFunctions(layer)),
    ]),
  },
};

/** The same backend without functions, and all releases before 0.7.1. */
export const ptflopsModules: CountingConvention = {
  name: 'ptflops-modules',
  source: "ptflops up to 0.7, and 0.7.5 with backend_specific_config={'count_functional': False}",
  unnamed: 'counts no operations unless it is a convolution or a linear layer',
  params,
  macs: {
    calls: 'MACs',
    counts:
      'multiplications of convolutions and matrix products, with biases; batch-norm 2 an element; ReLU an output ' +
      'element, pooling an input element',
    rule: atInference((layer) => [
      ...(isConvolutionOrLinear(layer) ? [products(layer), biases(layer)] : []),
      operations(layer, ofModules(layer)),
    ]),
  },
};

/** The `aten` backend. */
export const ptflopsAten: CountingConvention = {
  name: 'ptflops-aten',
  source: 'ptflops 0.7.5, backend aten (ptflops/aten_ops.py)',
  unnamed: 'counts its multiplications with their biases, and nothing else of it',
  params,
  macs: {
    calls: 'MACs',
    counts: 'multiplications of convolutions and matrix products, with biases; element-wise work out',
    rule: atInference((layer) => [products(layer), biases(layer)]),
  },
};
