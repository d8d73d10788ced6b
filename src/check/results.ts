import type { CheckResult, ModelResult } from './check-result.ts';
import { differences } from './lock/differences.ts';
import { lockedModel, type LockedModel } from './lock/locked.ts';
import type { Lock } from './lock/read-lock.ts';
import type { RunModel } from './budgets/run-model.ts';

/** What a lock would hold of the models as they are now, by name. */
export function numbersOf(models: readonly RunModel[]): ReadonlyMap<string, LockedModel> {
  return new Map(models.map(({ model, analysis }) => [model.name, lockedModel(analysis)]));
}

/** A lock and the file that it is in, or would be. */
export interface FiledLock {
  readonly file: string;
  readonly lock?: Lock;
}

/** The models against their budgets and, where there is one, the lock. */
export function comparedWithLock(
  file: string,
  models: readonly RunModel[],
  { file: lockFile, lock }: FiledLock,
): CheckResult {
  const names = new Set(models.map(({ model }) => model.name));
  const stale = [...(lock?.keys() ?? [])].filter((name) => !names.has(name));
  const results = models.map((run) => resultOf(run, lock));
  return { ...all(file, results), lock: { file: lockFile, state: lock ? 'checked' : 'absent', stale } };
}

/** The models against their budgets; the lock holds what they are. */
export function afterUpdate(
  file: string,
  models: readonly RunModel[],
  lockFile: string,
  written: boolean,
): CheckResult {
  const results = models.map((run): ModelResult => ({ ...resultOf(run, undefined), lock: 'same' }));
  return {
    ...all(file, results),
    lock: { file: lockFile, state: written ? 'written' : 'kept', stale: [] },
  };
}

const all = (file: string, models: readonly ModelResult[]) =>
  ({ schemaVersion: 1, file, models, passed: models.every(({ passed }) => passed) }) as const;

function resultOf({ model, analysis, budgets, layersAt }: RunModel, lock: Lock | undefined): ModelResult {
  const { name, at } = model;
  const entry = lock?.get(name);
  const changes = entry ? differences(entry.model, lockedModel(analysis)) : [];
  const state =
    lock === undefined ? 'none' : entry === undefined ? 'new' : changes.length > 0 ? 'changed' : 'same';
  return {
    name,
    at,
    params: analysis.totals.params,
    macs: analysis.totals.macs,
    budgets,
    lock: state,
    changes: changes.map((change) => ({
      ...change,
      at: layersAt.get(change.path) ?? entry?.layersAt.get(change.path) ?? entry?.at ?? at,
    })),
    warnings: analysis.warnings,
    passed: budgets.every(({ holds }) => holds) && (state === 'none' || state === 'same'),
  };
}
