import type { Shape } from '../../core/shape.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import { causeWords } from '../conventions/cause.ts';
import type { CountingConvention, QuantityName, Term } from '../conventions/counting.ts';
import { byDefault, conventions } from '../conventions/registry.ts';
import { torch } from '../conventions/torch.ts';
import { doubled, nonZero, products } from '../conventions/terms.ts';
import { lineOf, MANY_LAYERS, totalOf, type Candidate, type Line } from './candidate.ts';
import { parts } from './parts.ts';
import { toggled } from './toggles.ts';

/** The network at one input, with so many classes. */
export interface NetworkVariant {
  /** What is not as the user gave it. */
  readonly deviations: readonly string[];
  readonly input: Shape;
  readonly layers: readonly LayerFacts[];
}

/** Which numbers are searched. */
export type CountedQuantity = QuantityName;

/** Beyond this many deviations an explanation explains nothing, and the search would have no end. */
const MOST_DEVIATIONS = 4;

/** A part of a network is searched with so many deviations at once. */
const MOST_BEFORE_PARTS = 1;

/** Every sum of counts that may be the number, one network at a time. */
export function* countCandidates(
  variants: readonly NetworkVariant[],
  what: CountedQuantity,
): Generator<Candidate> {
  for (const variant of variants) {
    const { layers } = variant;
    const most = layers.length > MANY_LAYERS ? 2 : MOST_DEVIATIONS;
    for (const { candidate, quantity } of bases(variant, what)) {
      const counted = toggled(candidate, layers, quantity, most);
      yield* counted;
      for (const each of counted)
        if (each.deviations.length - candidate.deviations.length <= MOST_BEFORE_PARTS)
          yield* parts(each, layers);
    }
  }
}

interface Base {
  readonly candidate: Candidate;
  readonly quantity: QuantityName;
}

/** What people mean by MACs is often called FLOPs, and the other way round. */
const meant: Readonly<Record<QuantityName, readonly QuantityName[]>> = {
  params: ['params'],
  macs: ['macs', 'flops'],
  flops: ['flops', 'macs'],
};

function bases(variant: NetworkVariant, what: QuantityName): Base[] {
  const found = meant[what].flatMap((quantity, otherwise) => [
    ...conventions.flatMap((convention) => {
      const lines = tallied(variant.layers, convention, quantity);
      if (!lines) return [];
      const cost = otherwise + (convention === byDefault ? 0 : 1);
      return [base(variant, quantity, convention, lines, [], cost)];
    }),
    ...passes(variant, quantity, otherwise),
  ]);
  return merged(found);
}

function base(
  { deviations, layers }: NetworkVariant,
  quantity: QuantityName,
  convention: CountingConvention,
  lines: readonly Line[],
  words: readonly string[],
  cost: number,
): Base {
  const all = [...deviations, ...words];
  return {
    quantity,
    candidate: {
      conventions: [convention.name],
      calls: convention[quantity]!.calls,
      deviations: all,
      cost: cost + all.length,
      lines,
      linesVary: layers.length > 1,
      ...(convention.float32Sums && { float32: true }),
    },
  };
}

function tallied(
  layers: readonly LayerFacts[],
  convention: CountingConvention,
  quantity: QuantityName,
): Line[] | undefined {
  const terms = convention[quantity]?.rule(layers);
  return terms && linesOf(layers, (_, i) => terms[i]!);
}

const linesOf = (layers: readonly LayerFacts[], terms: (layer: LayerFacts, i: number) => readonly Term[]) =>
  layers.flatMap((layer, i) => lineOf(layer.path, layer.kind, nonZero(terms(layer, i))) ?? []);

/** The backward pass, which has products alone, and both passes; in MACs, or in FLOPs as two each. */
function passes(variant: NetworkVariant, quantity: QuantityName, otherwise: number): Base[] {
  if (quantity === 'params') return [];
  const { layers } = variant;
  const convention = quantity === 'macs' ? byDefault : torch;
  const terms = (of: (layer: LayerFacts) => number) => (layer: LayerFacts) => {
    const count = of(layer);
    return quantity === 'macs' ? [products(layer, count)] : [products(layer, count), doubled(layer, count)];
  };
  const ways: readonly (readonly [words: string, of: (layer: LayerFacts) => number])[] = [
    ['the backward pass alone', ({ backwardMacs }) => backwardMacs],
    ['forward and backward', ({ macs, backwardMacs }) => macs + backwardMacs],
    ['a training step as three forward passes', ({ macs }) => 3 * macs],
  ];
  const cost = otherwise + (convention === byDefault ? 0 : 1);
  return ways.map(([words, of]) =>
    base(variant, quantity, convention, linesOf(layers, terms(of)), [words], cost),
  );
}

/** Conventions that count each layer alike are one candidate, under the names of all. */
function merged(found: readonly Base[]): Base[] {
  const alike = new Map<string, Base>();
  for (const { candidate, quantity } of found) {
    const causes = candidate.lines.map(({ terms }) =>
      terms.map(({ cause, count }) => `${causeWords(cause)}=${count}`),
    );
    const key = [quantity, ...causes].join();
    const first = alike.get(key);
    const conventions = [...(first?.candidate.conventions ?? []), ...candidate.conventions];
    alike.set(key, { quantity, candidate: { ...(first?.candidate ?? candidate), conventions } });
  }
  return [...alike.values()].filter(({ candidate }) => totalOf(candidate) > 0);
}
