/** `850 µs`, `12.5 ms`, `3.2 s`, `6.1 min`. */
export function duration(seconds: number): string {
  const units = [
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
    [1e-3, 'ms'],
    [1e-6, 'µs'],
  ] as const;
  const [size, unit] = units.find(([size]) => seconds >= size) ?? [1e-6, 'µs'];
  return `${(seconds / size).toPrecision(3)} ${unit}`;
}
