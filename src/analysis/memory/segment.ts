import type { Ledger, Storage } from './storage.ts';
import type { BackwardNode } from './tensor.ts';

/**
 * A checkpointed stretch of the network: its forward pass keeps only what comes in, and the first backward node that
 * asks for a saved tensor runs it again. Source: torch.utils.checkpoint with use_reentrant=False, early stop included.
 */
export class Segment {
  /** The nodes that keep something, in order; a second run gives their tensors back in this order. */
  readonly #nodes: BackwardNode[] = [];
  readonly #ledger: Ledger;
  readonly #again: () => void;
  #inputs: readonly Storage[] = [];
  #waiting = 0;
  #next = 0;
  #state: 'forward' | 'again' | 'done' = 'forward';

  /** `again` runs the stretch a second time on the same inputs. */
  constructor(ledger: Ledger, again: () => void) {
    this.#ledger = ledger;
    this.#again = again;
  }

  /** Keeps what comes in until the last backward node has run. */
  keepInputs(inputs: readonly Storage[]): void {
    this.#inputs = inputs;
    for (const input of inputs) this.#ledger.keep(input);
  }

  get runningAgain(): boolean {
    return this.#state === 'again';
  }

  /** True once a second run has brought all that is needed: what is left of it is not run. */
  get stopped(): boolean {
    return this.runningAgain && this.#next === this.#nodes.length;
  }

  /** True while a second run lacks the tensors of one node only. */
  get awaitsLast(): boolean {
    return this.runningAgain && this.#next === this.#nodes.length - 1;
  }

  /** Notes a node of the first run that would keep something. */
  postpone(node: BackwardNode): void {
    this.#nodes.push(node);
    this.#waiting++;
    node.recompute = () => this.#recompute();
    node.afterwards = () => {
      if (--this.#waiting === 0) for (const input of this.#inputs) this.#ledger.unkeep(input);
    };
  }

  /** Hands the tensors of the second run to the node that asked for them in the first. */
  supply(saved: Storage[]): void {
    const node = this.#nodes[this.#next++]!;
    if (node.unreachable) return;
    for (const storage of saved) this.#ledger.keep(storage);
    node.saved = saved;
    node.savedAt = this.#ledger.overwrites;
  }

  #recompute(): void {
    if (this.#state !== 'forward') return;
    this.#state = 'again';
    const { path } = this.#ledger;
    this.#again();
    this.#ledger.path = path;
    this.#state = 'done';
  }
}
