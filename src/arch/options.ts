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
  name: { value: '<text>', about: 'call the network so', read: name },
};

export const networkOptions: OptionsFor<NetworkOptions> = {
  classes: { value: '<n>', about: 'width of the class scores', read: count },
  ratio: { value: '<n>', about: "divide every convolution's channels by n", read: count },
  head: {
    value: '<which>',
    about: "follow or fixed: the book's literal head",
    read: (option) => choice(option, heads),
  },
  pointwiseFrom: { value: '<n>', about: '1×1 convolutions in blocks of n channels on', read: count },
  freeze: {
    value: '<layers>',
    about: 'do not learn these, such as features,layer*; repeatable',
    read: words,
  },
  evalNorm: { on: 'keep normalizations in eval() while training' },
  path: {
    value: '<folders>',
    about: 'where the packages lie that a .py file imports; repeatable',
    read: words,
  },
  auxLogits: { on: 'with auxiliary classifiers', off: 'without them' },
};
