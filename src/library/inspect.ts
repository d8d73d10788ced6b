import { analyze } from '../analysis/analyze.ts';
import type { Analysis } from '../analysis/analysis.ts';
import { graphOf, type Network } from './network.ts';
import type { InspectOptions } from './options.ts';

/**
 * Shapes, parameters, MACs and memory of a network, without allocating a tensor.
 *
 * `network` is a built-in name (`vgg11`, `torchvision/resnet50`; see `architectures`), the text of a YAML or JSON
 * spec, or a Graph. Text with a line break or a brace is a spec. No file is read.
 *
 * All counts are exact integers for the whole batch: `params` and `buffers` in scalars, `macs` in
 * multiply-accumulates with biases excluded, `memory` in bytes. Shapes are N×C×H×W, or N×F after flattening. The
 * result is plain data, what `vgg-inspect --json` prints; the layer rules are those of PyTorch's documentation.
 *
 * Throws a VggError: `unknown-architecture` with the nearest names, `bad-option`, `option-not-read` for an option
 * that means nothing to the network, the errors of specs with line and column, those of shape inference with the
 * layer's path (`features-mismatch`, `window-too-large`, …), and `too-large` where a count would pass 2^53.
 */
export function inspect(network: Network, options: InspectOptions = {}): Analysis {
  const { input, dtype, memory } = options;
  return analyze(graphOf(network, options), {
    ...(input && { input }),
    ...(dtype && { dtype }),
    ...(memory && { memory }),
  });
}
