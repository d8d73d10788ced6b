/** Items and levels shown before an ellipsis; also what keeps a value that contains itself from never ending. */
const LIMIT = 4;

/** Any value, written on one line as one would in a spec. For messages, not for reading back. */
export function literal(value: unknown, level = 0): string {
  if (typeof value === 'string') return level === 0 ? value : JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (level === LIMIT) return '…';
  if (Array.isArray(value)) return `[${list(value, (item) => literal(item, level + 1))}]`;
  return `{${list(Object.entries(value), ([key, item]) => `${key}: ${literal(item, level + 1)}`)}}`;
}

function list<T>(items: readonly T[], write: (item: T) => string): string {
  return [...items.slice(0, LIMIT).map(write), ...(items.length > LIMIT ? ['…'] : [])].join(', ');
}
