import { VggError } from '../../core/errors/error.ts';
import { isLearned } from '../../graph/parameters.ts';
import type { ResolvedGraph } from '../../graph/resolve.ts';
import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { optimizerOf, type OptimizerSettings } from '../../optimizers/registry.ts';
import { weightSpecs, type Weights } from '../weights.ts';

/** The values of a tensor. */
export type Held = Float32Array<ArrayBuffer>;

/** Weights, buffers and what the optimizer keeps: arrays of ours, which the steps change in place. */
export class TrainingState {
  readonly #network: ResolvedGraph;
  readonly #held: ReadonlyMap<string, Held>;

  constructor(network: ResolvedGraph, optimizer: OptimizerSettings) {
    this.#network = network;
    const specs = weightSpecs(network);
    const states = optimizerOf(optimizer.name).states.flatMap((state) =>
      specs
        .filter(({ spec }) => isLearned(spec))
        .map(({ name, spec }) => ({ name: `${state}/${name}`, shape: spec.shape })),
    );
    const tensors = [...specs.map(({ name, spec }) => ({ name, shape: spec.shape })), ...states];
    this.#held = new Map(tensors.map(({ name, shape }) => [name, room(shape)]));
  }

  find(name: string): Held | undefined {
    return this.#held.get(name);
  }

  copy(): Weights {
    return new Map([...this.#held].map(([name, values]) => [name, values.slice()]));
  }

  /** Takes over the values; what is not given becomes zero. */
  restore(state: Weights): void {
    for (const [name, values] of this.#held) {
      const given = state.get(name);
      if (given) values.set(given);
      else values.fill(0);
    }
  }

  /** Takes over weights and buffers, and leaves the rest. */
  replaceWeights(weights: Weights): void {
    for (const [name, values] of weights) this.#held.get(name)!.set(values);
  }

  /** Scalars that are learned, or those that are only kept: buffers and what is frozen. */
  count(learned: boolean): number {
    return weightSpecs(this.#network)
      .filter(({ spec }) => isLearned(spec) === learned)
      .reduce((total, { name }) => total + this.#held.get(name)!.length, 0);
  }

  /** Of each tensor that is learned. */
  parameterBytes(): number[] {
    const learned = weightSpecs(this.#network).filter(({ spec }) => isLearned(spec));
    return learned.map(({ name }) => this.#held.get(name)!.byteLength);
  }

  get bytes(): number {
    return [...this.#held.values()].reduce((total, { byteLength }) => total + byteLength, 0);
  }
}

/** Zeros. Throws `engine-memory` for more than an array can hold. */
export function room(shape: Shape): Held {
  const count = elements(shape);
  try {
    return new Float32Array(count);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new VggError('engine-memory', { reason: `a tensor of ${count} numbers cannot be allocated` });
  }
}
