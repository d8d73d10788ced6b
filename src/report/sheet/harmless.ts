/** Control characters, those that turn the direction of writing, and line ends. */
const STEERING = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** The same text with each of them written out: `\u{1b}`. */
export const harmlessText = (text: string): string =>
  text.replace(STEERING, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

/**
 * The same contents without characters that steer a terminal or end a line: names come from files of others. What
 * contents compute later is cleaned when it is computed.
 */
export function harmless<T>(contents: T): T {
  return cleaned(contents) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return harmlessText(value);
  if (typeof value === 'function')
    return (...args: unknown[]): unknown => cleaned((value as (...args: unknown[]) => unknown)(...args));
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(cleaned);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [cleaned(key), cleaned(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cleaned(item)]));
}
