import { readsOption } from '../arch/architecture.ts';
import { architecture } from '../arch/catalog.ts';
import { cfgNetwork, convArchNetwork } from '../arch/literal/networks.ts';
import { parseConvArch } from '../arch/literal/conv-arch.ts';
import { weightLayersDividedFirst } from '../arch/d2l/vgg.ts';
import { VggError } from '../core/errors/error.ts';
import type { LiteralOptions, NetworkOptions } from './options/options.ts';
import { checkRead, chosen, readersOf } from './source-named.ts';
import type { Network } from './source.ts';

/**
 * A VGG from `--conv-arch` or `--cfg`. With the name of one of the book's VGGs, `--conv-arch` replaces its blocks
 * and keeps its name and choices.
 */
export function literal(arch: string | undefined, options: NetworkOptions & LiteralOptions): Network {
  const { convArch, cfg } = options;
  if (convArch !== undefined && cfg !== undefined) {
    throw new VggError('options-contradict', { first: '--conv-arch', second: '--cfg' });
  }
  return convArch === undefined ? fromCfg(arch, cfg!, options) : fromConvArch(arch, convArch, options);
}

function fromCfg(arch: string | undefined, cfg: string, options: NetworkOptions): Network {
  if (arch !== undefined)
    throw new VggError('options-contradict', { first: `the name ${arch}`, second: '--cfg' });
  checkRead(() => false, '--cfg', options);
  return { graph: cfgNetwork(cfg, chosen(options)) };
}

function fromConvArch(arch: string | undefined, convArch: string, options: NetworkOptions): Network {
  const base = arch === undefined ? undefined : architecture(arch);
  if (base && !readsOption(base, 'pointwiseFrom')) {
    const readers = readersOf('pointwiseFrom');
    throw new VggError('option-not-read', { option: '--conv-arch', by: base.name, readers });
  }
  checkRead((option) => option !== 'auxLogits', '--conv-arch', options);
  const { auxLogits: _, ...choices } = { ...base?.defaults, ...chosen(options) };
  return {
    graph: convArchNetwork(convArch, { ...choices, ...(base && { name: base.name }) }),
    weightLayersDividedFirst: (ratio) =>
      weightLayersDividedFirst(parseConvArch(convArch), choices.pointwiseFrom ?? Infinity, ratio),
  };
}
