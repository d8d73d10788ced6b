import type { Quantity } from './quantities.ts';

/** Units for people: what a number is divided by, and which numbers they are for. */
const scales: ReadonlyMap<string, { readonly of: 'counts' | 'bytes'; readonly size: number }> = new Map([
  ['k', { of: 'counts', size: 1e3 }],
  ['M', { of: 'counts', size: 1e6 }],
  ['G', { of: 'counts', size: 1e9 }],
  ['KiB', { of: 'bytes', size: 2 ** 10 }],
  ['MiB', { of: 'bytes', size: 2 ** 20 }],
  ['GiB', { of: 'bytes', size: 2 ** 30 }],
  ['MB', { of: 'bytes', size: 1e6 }],
  ['GB', { of: 'bytes', size: 1e9 }],
]);

export const unitNames: readonly string[] = [...scales.keys()];

/** Numbers of a few things stay as they are. */
const SMALL = new Set(['layers', 'pixels', 'µs']);

/** A number in the unit that was asked for, as `25.56`; the number itself where none is for it. */
export function inUnits(
  { unit }: Quantity,
  value: number | null,
  units: readonly string[],
): number | string | null {
  const scale = scaleFor(unit, units);
  if (value === null || scale === undefined) return value;
  const scaled = value / scale.size;
  return scaled.toFixed(scaled >= 1000 ? 0 : scaled >= 100 ? 1 : 2);
}

/** What stands beside the quantity's name: ` (M)`; empty where the number is exact. */
export const unitWords = ({ unit }: Quantity, units: readonly string[]): string => {
  const scale = scaleFor(unit, units);
  return scale === undefined ? '' : ` (${scale.name})`;
};

function scaleFor(unit: string, units: readonly string[]) {
  if (SMALL.has(unit)) return undefined;
  const of = unit === 'bytes' ? 'bytes' : 'counts';
  const name = units.find((each) => scales.get(each)?.of === of);
  return name === undefined ? undefined : { name, size: scales.get(name)!.size };
}
