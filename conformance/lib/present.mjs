/**
 * A value that must be there. Throws an error that says what is missing.
 * @template T
 * @param {T | undefined} value
 * @param {string} what
 * @returns {T}
 */
export function present(value, what) {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}
