import { onlyInput, type Graph } from '../../graph/graph.ts';
import type { BuildOptions } from '../architecture.ts';
import { parseCfg } from './cfg.ts';
import { parseConvArch } from './conv-arch.ts';
import { bookVgg } from '../d2l/vgg.ts';
import { cfgVgg, type CfgOptions } from '../torchvision/vgg.ts';

interface Named {
  /** `vgg` unless told otherwise. */
  readonly name?: string;
}

const source = 'command line';

/**
 * The book's VGG from the text of a `conv_arch`: one channel, ten classes and 224 pixels unless told otherwise.
 * Throws `bad-conv-arch` with the column of the mistake.
 */
export function convArchNetwork(
  text: string,
  { name = 'vgg', ...chosen }: Named & Partial<Omit<BuildOptions, 'auxLogits'>> = {},
): Graph {
  const options: BuildOptions = {
    classes: 10,
    head: 'follow',
    pointwiseFrom: Infinity,
    ...chosen,
    auxLogits: false,
  };
  return bookVgg({ name, source, inputs: onlyInput([1, 224, 224]) }, parseConvArch(text), options);
}

/**
 * torchvision's VGG from the text of its list: three channels, 1000 classes and 224 pixels, no batch-norm unless told
 * otherwise. Throws `bad-cfg` with the column of the mistake.
 */
export function cfgNetwork(
  text: string,
  { name = 'vgg', classes = 1000, batchNorm = false }: Named & Partial<CfgOptions> = {},
): Graph {
  return cfgVgg({ name, source, inputs: onlyInput([3, 224, 224]) }, parseCfg(text), { classes, batchNorm });
}
