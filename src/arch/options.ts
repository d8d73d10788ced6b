import type { OptionsFor } from '../core/options/option.ts';
import { choice, count, name, text, words } from '../core/options/values.ts';
import type { LoadOptions } from './load.ts';

/** Which variant of a network. */
export type NetworkOptions = Omit<LoadOptions, 'name'> & {
  /** Folders with packages that PyTorch source imports. */
  readonly path?: readonly string[];
};

/** A network given in full on the command line. */
export interface LiteralOptions {
  readonly convArch?: string;
  readonly cfg?: string;
  readonly name?: string;
}

const heads = ['follow', 'fixed'] as const;

export const literalOptions: OptionsFor<LiteralOptions> = {
  convArch: {
    value: '<tuple>',
    about: 'a VGG from the book\'s tuple, such as "((1,64),(1,128))"',
    read: text,
  },
  cfg: { value: '<list>', about: 'a VGG from torchvision\'s list, such as "64,M,128,M"', read: text },
  name: { value: '<text>', about: 'name of the network in the output', read: name },
};

export const networkOptions: OptionsFor<NetworkOptions> = {
  classes: { value: '<n>', about: 'number of classes', read: count },
  ratio: { value: '<n>', about: 'divide the channels of every convolution by n', read: count },
  head: {
    value: '<which>',
    choices: heads,
    about: 'follow: fc1 fits the image; fixed: 512×7×7, as the book writes it',
    read: (option) => choice(option, heads),
  },
  pointwiseFrom: {
    value: '<n>',
    about: 'add a 1×1 convolution to every block of n or more channels',
    read: count,
  },
  freeze: {
    value: '<layers>',
    about: 'layers that are not trained, such as features,layer*; repeatable',
    read: words,
  },
  evalNorm: { on: 'keep normalization layers in eval() during training' },
  path: {
    value: '<folders>',
    about: 'folders with packages that a .py file imports; repeatable',
    read: words,
  },
  auxLogits: { on: 'with auxiliary classifiers', off: 'without auxiliary classifiers' },
};
