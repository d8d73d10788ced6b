/**
 * What an error says: of our own, the line that a user sees.
 * @param {unknown} error
 */
export function messageOf(error) {
  if (!(error instanceof Error)) return String(error);
  return 'line' in error ? String(error.line) : error.message;
}
