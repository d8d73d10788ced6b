/** An exact decimal: `digits` / 10^`decimals`. */
export interface Quantity {
  readonly digits: bigint;
  readonly decimals: number;
  /** The unit is one of bytes, so that it only fits a number of bytes. */
  readonly bytes: boolean;
}

const units: ReadonlyMap<string, { readonly factor: bigint; readonly bytes: boolean }> = new Map(
  [
    ['', 1, false],
    ['K', 1e3, false],
    ['M', 1e6, false],
    ['G', 1e9, false],
    ['T', 1e12, false],
    ['B', 1, true],
    ['kB', 1e3, true],
    ['MB', 1e6, true],
    ['GB', 1e9, true],
    ['TB', 1e12, true],
    ['KiB', 2 ** 10, true],
    ['MiB', 2 ** 20, true],
    ['GiB', 2 ** 30, true],
    ['TiB', 2 ** 40, true],
  ].map(([unit, factor, bytes]) => [
    unit as string,
    { factor: BigInt(factor as number), bytes: bytes as boolean },
  ]),
);

/** The units, for error messages. */
export const unitNames: readonly string[] = [...units.keys()].filter((unit) => unit !== '');

/** Digits before and after the point, exponent, unit; `_` may separate digits. */
const NUMBER = /^([+-]?)(\d[\d_]*)(?:\.(\d[\d_]*))?(?:e([+-]?\d{1,3}))?\s*([A-Za-z]*)$/i;

/**
 * A number as people write it: `128806154`, `128_806_154`, `8e9`, `15.47G`, `8GiB`. Exact: no rounding anywhere.
 * Undefined when the text is no such number; `unit` alone is wrong when that is all that is.
 */
export function parseQuantity(text: string): Quantity | { readonly unit: string } | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = '', exponent = '0', unitName] = match;
  const unit = units.get(unitName!);
  if (!unit) return { unit: unitName! };
  const digits = BigInt((whole! + fraction).replaceAll('_', '')) * unit.factor * (sign === '-' ? -1n : 1n);
  const decimals = fraction.replaceAll('_', '').length - Number(exponent);
  return decimals < 0
    ? { digits: digits * 10n ** BigInt(-decimals), decimals: 0, bytes: unit.bytes }
    : { digits, decimals, bytes: unit.bytes };
}

/** `actual` − `bound`, exact; `actual` a safe integer. */
export function differenceFrom(actual: number, { digits, decimals, bytes }: Quantity): Quantity {
  return { digits: BigInt(actual) * 10n ** BigInt(decimals) - digits, decimals, bytes };
}

/** Without unit, exponent and needless zeros. */
export function formatQuantity({ digits, decimals }: Quantity): string {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(decimals + 1, '0');
  const fraction = decimals === 0 ? '' : text.slice(-decimals).replace(/0+$/, '');
  return `${sign}${text.slice(0, text.length - decimals)}${fraction === '' ? '' : `.${fraction}`}`;
}
