import type { Family } from '../../layers/layer.ts';

/** A part of a layer that is counted. */
export type Part =
  | 'products'
  /** The additions beside the products: the layer counted twice. */
  | 'additions'
  | 'weights'
  | 'bias'
  /** Work that is not multiply-accumulates, and learnable scalars that multiply nothing. */
  | 'own';

/** Why a number is counted. Conventions are told apart, and sums taken apart, by it. */
export type Cause =
  | { readonly of: 'layer'; readonly family: Family; readonly part: Part }
  /** Running statistics, by a convention that has them in its total. */
  | { readonly of: 'statistics' }
  /** Buffers of any sort, by someone who counted all that is saved. */
  | { readonly of: 'buffers' }
  /** A part of the memory, under its name. */
  | { readonly of: 'memory'; readonly name: string };

const families: Readonly<Record<Family, string>> = {
  conv: 'convolution',
  linear: 'linear',
  activation: 'activation',
  pool: 'pooling',
  norm: 'normalization',
  dropout: 'dropout',
  reshape: 'reshaping',
  join: 'join',
  resize: 'resizing',
};

const parts: Readonly<Record<Part, string>> = {
  products: '',
  additions: ' doubled',
  weights: ' weights',
  bias: ' bias',
  own: '',
};

/** `convolution bias`, `linear doubled`, `normalization`: the cause as reports and JSON have it. */
export function causeWords(cause: Cause): string {
  switch (cause.of) {
    case 'layer':
      return families[cause.family] + parts[cause.part];
    case 'statistics':
      return 'running statistics';
    case 'buffers':
      return 'buffers';
    case 'memory':
      return cause.name;
  }
}
