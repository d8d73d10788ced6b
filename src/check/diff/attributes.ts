/** One thing that is another in the second network. */
export interface ValueChange {
  /** The name of an attribute as PyTorch has it, or of a number. */
  readonly field: string;
  readonly before: string | number | boolean;
  readonly after: string | number | boolean;
}

/** Attributes that both layers have, of which one may leave out what the other says. */
export function attributeChanges(before: object, after: object): ValueChange[] {
  const now = new Map<string, unknown>(Object.entries(after));
  return Object.entries(before).flatMap(([field, was]): ValueChange[] => {
    const is: unknown = now.get(field);
    if (was === undefined || is === undefined || text(was) === text(is)) return [];
    return [{ field, before: plain(was), after: plain(is) }];
  });
}

const text = (value: unknown): string => JSON.stringify(value);

/** `3x3` for the sizes along axes, as they are typed. */
function plain(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value.join('x');
  return text(value);
}
