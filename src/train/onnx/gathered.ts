import type { Holder } from './feeds.ts';
import { factorsOf, type PartGraph } from './part.ts';
import { room, type Held, type TrainingState } from './state.ts';

/**
 * What the parts of a batch leave for the update: sums of gradients, the factors of those that are left as products,
 * and running statistics, which go from one part to the next.
 */
export class Gathered {
  readonly #state: TrainingState;
  /** Every part takes them and gives them back changed. */
  readonly #sums: ReadonlyMap<string, Held>;
  /** Every part gives the rows of its examples. */
  readonly #factors: ReadonlyMap<string, { readonly values: Held; readonly each: number }>;
  /** The examples of the largest batch that it has room for. */
  readonly examples: number;

  constructor(state: TrainingState, { state: changed, learned }: PartGraph, examples: number) {
    this.#state = state;
    this.examples = examples;
    this.#sums = new Map(changed.map(({ name, shape }) => [name, room(shape)]));
    this.#factors = new Map(
      learned.flatMap((one) =>
        one.rowsEach === undefined
          ? []
          : factorsOf(one).map(({ name, columns }) => {
              const each = one.rowsEach! * columns;
              return [name, { values: room([examples, each]), each }] as const;
            }),
      ),
    );
  }

  /** Before the first part, whatever a step that failed has left: the statistics are the state's, the sums 0. */
  begin(): void {
    for (const [name, values] of this.#sums) {
      const known = this.#state.find(name);
      if (known) values.set(known);
      else values.fill(0);
    }
  }

  /** After the update: the statistics become the state's. */
  finish(): void {
    for (const [name, values] of this.#sums) this.#state.find(name)?.set(values);
  }

  /** The tensors of a graph for `count` examples of the batch from `start` on. */
  of(start: number, count: number): Holder {
    return {
      find: (name) => {
        const factor = this.#factors.get(name);
        return factor
          ? factor.values.subarray(start * factor.each, (start + count) * factor.each)
          : (this.#sums.get(name) ?? this.#state.find(name));
      },
    };
  }

  get bytes(): number {
    const factors = [...this.#factors.values()].map(({ values }) => values);
    return [...this.#sums.values(), ...factors].reduce((total, { byteLength }) => total + byteLength, 0);
  }
}
