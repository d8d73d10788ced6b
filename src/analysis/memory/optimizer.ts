import type { StepDevice, StepOptions } from '../../optimizers/optimizer.ts';
import { optimizerMemoryOf, type MemoryOptimizerName } from '../../optimizers/registry.ts';
import type { Ledger, Storage } from './storage.ts';
import type { Leaf } from './tensor.ts';

export interface OptimizerOptions extends StepOptions {
  readonly name: MemoryOptimizerName;
}

/**
 * `optimizer.step()`: states appear at the first step and stay; temporaries as large as the weights appear where
 * PyTorch makes them.
 */
export class OptimizerStep implements StepDevice<Leaf> {
  readonly #ledger: Ledger;
  readonly #options: OptimizerOptions;
  readonly #withStates = new Set<Leaf>();

  constructor(ledger: Ledger, options: OptimizerOptions) {
    this.#ledger = ledger;
    this.#options = options;
  }

  /** Makes states that are there before the first step: also of frozen weights, which take these bytes. */
  start(leaves: readonly Leaf[], frozen: readonly number[]): void {
    const { statesFromStart, states } = optimizerMemoryOf(this.#options.name);
    if (!statesFromStart) return;
    this.#ledger.path = '@optimizer';
    this.ensureStates(leaves);
    for (const bytes of frozen) for (const _ of states) this.#ledger.allocate(bytes, 'optimizerState');
  }

  step(leaves: readonly Leaf[]): void {
    const learning = leaves.filter(({ gradient }) => gradient !== undefined);
    this.#ledger.path = '@optimizer';
    optimizerMemoryOf(this.#options.name).allocate(this, learning, this.#options);
    this.#ledger.note();
  }

  ensureStates(leaves: readonly Leaf[]): void {
    const { states } = optimizerMemoryOf(this.#options.name);
    for (const leaf of leaves) {
      if (this.#withStates.has(leaf)) continue;
      for (const _ of states) this.#ledger.allocate(leaf.weight.bytes, 'optimizerState');
      this.#withStates.add(leaf);
    }
  }

  temporaries(leaves: readonly Leaf[]): { release(): void } {
    const storages = leaves.map(({ weight }): Storage => this.#ledger.allocate(weight.bytes, 'temporaries'));
    return {
      release: () => {
        for (const storage of storages) this.#ledger.release(storage);
      },
    };
  }
}
