import type { Shape } from '../../core/shape.ts';
import type { LayerFacts } from '../counts/layer-facts.ts';
import type { Cause } from './cause.ts';

/** One number of a tally. */
export interface Term {
  /** Why it is counted. */
  readonly cause: Cause;
  readonly count: number;
  /** The weight tensor that it is the size of. */
  readonly shape?: Shape;
}

/** What each layer counts, in the order of the layers. */
export type Rule = (layers: readonly LayerFacts[]) => readonly (readonly Term[])[];

/** One number that a tool gives. */
export interface Measure {
  /** What the tool calls it: `Mult-Adds`. */
  readonly calls: string;
  /** In words, for the table. */
  readonly counts: string;
  readonly rule: Rule;
}

/** What can be counted: learnable scalars, multiply-accumulates, floating-point operations. */
export const quantities = ['params', 'macs', 'flops'] as const;
export type QuantityName = (typeof quantities)[number];

/** A way of counting that people really use. One convention, one file. */
export interface CountingConvention extends Partial<Readonly<Record<QuantityName, Measure>>> {
  readonly name: string;
  /** Whose it is, with version and where it can be read. */
  readonly source: string;
  /** The rule for a layer kind that the convention does not name, in words. */
  readonly unnamed: string;
  /** It added up its numbers in float32, so that what it printed differs in the last digits from what it counted. */
  readonly float32Sums?: true;
}

/** A rule that looks at one layer at a time. */
export const each =
  (terms: (layer: LayerFacts) => readonly Term[]): Rule =>
  (layers) =>
    layers.map(terms);
