import type { BudgetResult, CheckResult, ModelResult, PlacedChange } from '../../../check/check-result.ts';
import type { FieldChange } from '../../../check/lock/differences.ts';
import type { LockedValue } from '../../../check/lock/locked.ts';
import type { Origin } from '../../../core/origin.ts';
import { grouped } from '../../../core/numbers.ts';

/** `params==1 (expected == 1, actual 5, difference +4)` */
export function budgetWords({ text, expected, actual, difference }: BudgetResult): string {
  return `${text} (expected ${expected}, actual ${actual}${difference === '' ? '' : `, difference ${difference}`})`;
}

/** `block1.conv1`, `totals`, `memory of training` */
export function partName({ part, path }: PlacedChange): string {
  if (part === 'layer') return plain(path);
  return part === 'memory' ? `memory of ${path}` : part;
}

/** `params 73,856 → 147,584 (+73,728), outputShape 1x128x112x112 → 1x256x112x112` */
export function changeWords({ how, fields }: PlacedChange): string {
  if (how !== 'changed') return `${how} (${fields.map(fieldWords).join(', ')})`;
  return fields.map((field) => fieldWords(field) + oneSided(field)).join(', ');
}

/** A layer that both have may have a field that only one of them has. */
function oneSided({ locked, now }: FieldChange): string {
  if (locked === undefined) return ' (not in the lock)';
  return now === undefined ? ' (only in the lock)' : '';
}

function fieldWords({ field, locked, now }: FieldChange): string {
  if (locked === undefined || now === undefined) return `${plain(field)} ${valueText(locked ?? now ?? '')}`;
  const both = `${plain(field)} ${valueText(locked)} → ${valueText(now)}`;
  if (typeof locked !== 'number' || typeof now !== 'number') return both;
  const sign = now > locked ? '+' : '−';
  return `${both} (${sign}${grouped(Math.abs(now - locked))})`;
}

const valueText = (value: LockedValue): string => (typeof value === 'number' ? grouped(value) : plain(value));

/** A lock may hold what would move the cursor of a terminal. */
const plain = (text: string): string => text.replace(/\p{C}/gu, '?');

export const NOT_LOCKED = 'is not in the lock; --update records it';

/** Everything about a model that does not pass, one line each. */
export function failures({ budgets, lock, changes, at }: ModelResult): { words: string; at: Origin }[] {
  return [
    ...budgets
      .filter(({ holds }) => !holds)
      .map((budget) => ({ words: `budget ${budgetWords(budget)}`, at: budget.at })),
    ...changes.map((change) => ({ words: `${partName(change)}: ${changeWords(change)}`, at: change.at })),
    ...(lock === 'new' ? [{ words: NOT_LOCKED, at }] : []),
  ];
}

/** `2 models pass, 1 fails` */
export function countWords({ models }: CheckResult): string {
  const failed = models.filter(({ passed }) => !passed).length;
  const passed = models.length - failed;
  const pass = `${passed} model${passed === 1 ? ' passes' : 's pass'}`;
  return failed === 0 ? pass : `${pass}, ${failed} fail${failed === 1 ? 's' : ''}`;
}

/** What became of the lock, in a sentence. */
export function lockWords({ lock: { file, state, stale } }: CheckResult): string {
  const words = {
    checked: `checked against ${file}`,
    absent: `no lock file ${file} yet; --update writes it`,
    written: `${file} written`,
    kept: `${file} holds these numbers already`,
  }[state];
  return stale.length === 0
    ? words
    : `${words}; only the lock has ${plain(stale.join(', '))}, which --update removes`;
}
