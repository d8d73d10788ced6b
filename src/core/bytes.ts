const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1.09 GiB`, `676.0 MiB`, `512 B`: three digits or so, for reading beside the exact number or in its place. */
export function readable(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${UNITS[unit]}`;
}

/** `1.40–1.93 GiB`: the unit once where it is the same. */
export function readableRange([low, high]: readonly [number, number]): string {
  const [from, to] = [readable(low), readable(high)];
  if (from === to) return to;
  const sameUnit = from.split(' ')[1] === to.split(' ')[1];
  return `${sameUnit ? from.split(' ')[0] : from}–${to}`;
}
