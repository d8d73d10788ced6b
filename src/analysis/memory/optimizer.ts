import type { Ledger, Storage } from './storage.ts';
import type { Leaf } from './tensor.ts';

export type OptimizerName = 'sgd' | 'momentum' | 'adam' | 'adamw';

export interface OptimizerOptions {
  readonly name: OptimizerName;
  readonly weightDecay: boolean;
  /** Works on all tensors at once, as PyTorch does by default on CUDA; one tensor after the other when false. */
  readonly foreach: boolean;
}

/** How many tensors like the weight each optimizer keeps from its first step on. */
export const STATES: Readonly<Record<OptimizerName, number>> = { sgd: 0, momentum: 1, adam: 2, adamw: 2 };

/**
 * `optimizer.step()`: state appears at the first step and stays; temporaries as large as the weights appear where
 * PyTorch makes them. Source: torch/optim/sgd.py and adam.py.
 */
export class Optimizer {
  readonly #ledger: Ledger;
  readonly #options: OptimizerOptions;
  readonly #state = new Map<Leaf, readonly Storage[]>();

  constructor(ledger: Ledger, options: OptimizerOptions) {
    this.#ledger = ledger;
    this.#options = options;
  }

  step(leaves: readonly Leaf[]): void {
    const learning = leaves.filter(({ gradient }) => gradient !== undefined);
    const { name, foreach } = this.#options;
    this.#ledger.path = '@optimizer';
    if (name === 'adam' || name === 'adamw') {
      for (const leaf of learning) this.#ensureState(leaf);
      if (foreach) this.#adamTogether(learning);
      else this.#adamOneByOne(learning);
    } else {
      for (const group of foreach ? [learning] : learning.map((leaf) => [leaf])) this.#sgd(group);
    }
    this.#ledger.note();
  }

  #sgd(group: readonly Leaf[]): void {
    // The gradients with the decay added are a copy; the weights are then changed in place.
    const decayed = this.#options.weightDecay ? this.#like(group) : [];
    // A momentum buffer is made when it is first needed.
    for (const leaf of group) this.#ensureState(leaf);
    this.#release(decayed);
  }

  #adamTogether(leaves: readonly Leaf[]): void {
    // The decayed gradients go before the roots of the second moments are taken.
    this.#release(this.#decayed(leaves));
    this.#release(this.#like(leaves));
  }

  #adamOneByOne(leaves: readonly Leaf[]): void {
    let divisor: Storage[] = [];
    for (const leaf of leaves) {
      const decayed = this.#decayed([leaf]);
      const root = this.#like([leaf]);
      // The root divided by the bias correction is a second tensor; until it is there, the loop's variable holds the
      // one of the weight before.
      const quotient = this.#like([leaf]);
      this.#release([...root, ...divisor, ...decayed]);
      divisor = quotient;
    }
    this.#release(divisor);
  }

  /** Adam adds the decay to a copy of the gradients, AdamW shrinks the weights in place. */
  #decayed(leaves: readonly Leaf[]): Storage[] {
    return this.#options.weightDecay && this.#options.name === 'adam' ? this.#like(leaves) : [];
  }

  #ensureState(leaf: Leaf): void {
    if (this.#state.has(leaf)) return;
    const tensors = Array.from({ length: STATES[this.#options.name] }, () =>
      this.#ledger.allocate(leaf.weight.bytes, 'optimizerState'),
    );
    this.#state.set(leaf, tensors);
  }

  #like(group: readonly Leaf[]): Storage[] {
    return group.map(({ weight }) => this.#ledger.allocate(weight.bytes, 'temporaries'));
  }

  #release(blocks: readonly Storage[]): void {
    for (const block of blocks) this.#ledger.release(block);
  }
}
