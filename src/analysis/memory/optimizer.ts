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
    const adam = name === 'adam' || name === 'adamw';
    // Adam makes all its state before it computes; momentum makes a buffer when it first needs one.
    if (adam) for (const leaf of learning) this.#ensureState(leaf);
    for (const group of foreach ? [learning] : learning.map((leaf) => [leaf])) {
      if (adam) this.#adamUpdate(group);
      else this.#sgdUpdate(group);
    }
    this.#ledger.note();
  }

  #sgdUpdate(group: readonly Leaf[]): void {
    // The gradients with the decay added are a copy; the weights are then changed in place.
    const decayed = this.#options.weightDecay ? this.#like(group) : [];
    for (const leaf of group) this.#ensureState(leaf);
    this.#release(decayed);
  }

  #adamUpdate(group: readonly Leaf[]): void {
    const { name, weightDecay, foreach } = this.#options;
    const decayed = weightDecay && name === 'adam' ? this.#like(group) : [];
    // foreach lets the decayed gradients go before it takes the root of the second moment.
    if (foreach) this.#release(decayed);
    const root = this.#like(group);
    // One by one, the root divided by the bias correction is a second tensor, and the first dies after it.
    if (!foreach) this.#release(this.#like(group));
    this.#release(root);
    if (!foreach) this.#release(decayed);
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
