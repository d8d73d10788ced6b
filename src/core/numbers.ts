/** `128,806,154`: exact, whatever the locale. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Percentage of a whole in at most four characters: `79.8`, `100`, `<0.1`; empty for nothing. */
export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '';
  if (part === whole) return '100';
  const percent = (100 * part) / whole;
  if (percent < 0.05) return '<0.1';
  return Math.min(percent, 99.9).toFixed(1);
}

/** `8.04×`; `–` against nothing. */
export function ratio(value: number, first: number): string {
  if (first === 0) return value === 0 ? '1×' : '–';
  const quotient = value / first;
  if (quotient === 1) return '1×';
  if (quotient >= 1000) return `${grouped(Math.round(quotient))}×`;
  return `${quotient >= 0.01 ? quotient.toFixed(quotient >= 100 ? 0 : 2) : quotient.toPrecision(1)}×`;
}

/** `7×7`: sizes along the spatial axes. */
export const axesText = (sides: readonly number[]): string => sides.join('×');
