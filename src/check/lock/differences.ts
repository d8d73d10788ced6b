import type { Fields, LockedModel, LockedValue } from './locked.ts';

/** One number or text that is not as the lock has it. */
export interface FieldChange {
  readonly field: string;
  /** Undefined where the lock has no such field. */
  readonly locked: LockedValue | undefined;
  /** Undefined where it is gone. */
  readonly now: LockedValue | undefined;
}

/** What changed in one part of a model: a layer, the totals, the memory, or the model itself. */
export interface Change {
  readonly part: 'model' | 'totals' | 'memory' | 'layer';
  /** Path of the layer, `inference` or `training`; empty for the model and its totals. */
  readonly path: string;
  readonly how: 'changed' | 'added' | 'removed';
  readonly fields: readonly FieldChange[];
}

/** What differs between a lock and the model now; layers first, because they cause the rest. Empty when nothing does. */
export function differences(locked: LockedModel, now: LockedModel): Change[] {
  const parts = (['inference', 'training'] as const).map((path) =>
    compared('memory', path, locked.memory[path], now.memory[path]),
  );
  return [
    ...layerChanges(locked.layers, now.layers),
    compared('model', '', ownFields(locked), ownFields(now)),
    compared('totals', '', locked.totals, now.totals),
    ...parts,
  ].filter((change) => change !== undefined);
}

const ownFields = ({ input, dtype, weightLayers }: LockedModel): Fields => ({ input, dtype, weightLayers });

/** In the order of the network now; what was removed comes where it was. */
function layerChanges(
  locked: Readonly<Record<string, Fields>>,
  now: Readonly<Record<string, Fields>>,
): (Change | undefined)[] {
  return inOrder(Object.keys(locked), Object.keys(now)).map((path) =>
    compared(
      'layer',
      path,
      Object.hasOwn(locked, path) ? locked[path] : undefined,
      Object.hasOwn(now, path) ? now[path] : undefined,
    ),
  );
}

/** The names of both lists: those of `now` in its order, the others after what came before them. */
function inOrder(before: readonly string[], now: readonly string[]): string[] {
  const kept = new Set(now);
  const after = new Map<string | undefined, string[]>();
  let last: string | undefined;
  for (const name of before) {
    if (kept.has(name)) last = name;
    else after.set(last, [...(after.get(last) ?? []), name]);
  }
  return [...(after.get(undefined) ?? []), ...now.flatMap((name) => [name, ...(after.get(name) ?? [])])];
}

function compared(
  part: Change['part'],
  path: string,
  locked: Fields | undefined,
  now: Fields | undefined,
): Change | undefined {
  const names = [...new Set([...Object.keys(now ?? {}), ...Object.keys(locked ?? {})])];
  const fields = names.flatMap((field): FieldChange[] => {
    const [a, b] = [valueOf(locked, field), valueOf(now, field)];
    return a === b ? [] : [{ field, locked: a, now: b }];
  });
  if (fields.length === 0) return undefined;
  return {
    part,
    path,
    how: locked === undefined ? 'added' : now === undefined ? 'removed' : 'changed',
    fields,
  };
}

const valueOf = (fields: Fields | undefined, name: string): LockedValue | undefined =>
  fields && Object.hasOwn(fields, name) ? fields[name] : undefined;
