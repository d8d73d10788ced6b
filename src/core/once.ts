/**
 * What `make` gives, made when it is first asked for. A schema of attributes takes a millisecond, which a command
 * should pay only for the kinds that it meets.
 */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
