import { VggError } from '../../core/errors/error.ts';
import { readsOption } from '../architecture.ts';
import { architecture } from '../catalog.ts';
import { weightLayersDividedFirst } from '../d2l/vgg.ts';
import { readersOf } from '../load.ts';
import type { Source } from '../source.ts';
import { parseConvArch } from './conv-arch.ts';
import { cfgNetwork, convArchNetwork } from './networks.ts';

/** torchvision's list of channels. Throws `options-contradict` where a name is given beside it. */
export function cfgSource(text: string, name: string | undefined): Source {
  if (name !== undefined) {
    throw new VggError('options-contradict', { first: `the name ${name}`, second: '--cfg' });
  }
  return { about: '--cfg', reads: ['classes'], build: (choices) => cfgNetwork(text, choices) };
}

/**
 * The book's tuple of blocks. With the name of one of the book's VGGs it replaces that one's blocks and keeps its name
 * and choices. Throws `option-not-read` for another name.
 */
export function convArchSource(text: string, name: string | undefined): Source {
  const base = name === undefined ? undefined : architecture(name);
  if (base && !readsOption(base, 'pointwiseFrom')) {
    const readers = readersOf('pointwiseFrom');
    throw new VggError('option-not-read', { option: '--conv-arch', by: base.name, readers });
  }
  return {
    about: '--conv-arch',
    reads: ['classes', 'head', 'pointwiseFrom'],
    build: (choices) =>
      convArchNetwork(text, { ...base?.defaults, ...choices, ...(base && { name: base.name }) }),
    weightLayersDividedFirst(choices, ratio) {
      const { pointwiseFrom = Infinity } = { ...base?.defaults, ...choices };
      return weightLayersDividedFirst(parseConvArch(text), pointwiseFrom, ratio);
    },
  };
}
