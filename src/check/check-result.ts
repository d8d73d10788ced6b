import type { Origin } from '../core/origin.ts';
import type { Warning } from '../core/warning.ts';
import type { Change } from './lock/differences.ts';

/** One budget of a model, checked. */
export interface BudgetResult {
  /** As it is written. */
  readonly text: string;
  readonly holds: boolean;
  readonly expected: string;
  readonly actual: string;
  /** Empty for texts. */
  readonly difference: string;
  readonly at: Origin;
}

/** A change against the lock, and the line that says most about it: the layer's in its spec, or in the lock. */
export interface PlacedChange extends Change {
  readonly at: Origin;
}

export interface ModelResult {
  readonly name: string;
  readonly at: Origin;
  readonly params: number;
  readonly macs: number;
  readonly budgets: readonly BudgetResult[];
  /**
   * `same` or `changed` against the lock; `new` for a model that the lock lacks; `none` without a lock. After
   * `--update` the lock holds what the model is now.
   */
  readonly lock: 'same' | 'changed' | 'new' | 'none';
  readonly changes: readonly PlacedChange[];
  readonly warnings: readonly Warning[];
  readonly passed: boolean;
}

export interface CheckResult {
  readonly schemaVersion: 1;
  /** The file of budgets. */
  readonly file: string;
  readonly lock: {
    readonly file: string;
    /** `checked`, `absent`, or after `--update` `written` or, where nothing changed, `kept`. */
    readonly state: 'checked' | 'absent' | 'written' | 'kept';
    /** Models that only the lock has. */
    readonly stale: readonly string[];
  };
  readonly models: readonly ModelResult[];
  readonly passed: boolean;
}
