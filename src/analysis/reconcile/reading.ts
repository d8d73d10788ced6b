import { VggError } from '../../core/errors/error.ts';

/** One way to read a printed number: every whole number from `least` to `most` would be printed so. */
export interface Reading {
  readonly least: number;
  readonly most: number;
  /** How it was rounded; empty for an exact number. */
  readonly words: string;
  readonly cost: number;
}

const DECIMAL: Readonly<Record<string, bigint>> = {
  '': 1n,
  k: 10n ** 3n,
  m: 10n ** 6n,
  g: 10n ** 9n,
  b: 10n ** 9n,
  t: 10n ** 12n,
};

const BINARY: Readonly<Record<string, bigint>> = { k: 2n ** 10n, m: 2n ** 20n, g: 2n ** 30n, t: 2n ** 40n };

/** Digits before the point, all together or by threes, and after it, exponent, prefix of the unit, `i` for powers of 1024, `B` for bytes. */
const NUMBER =
  /^(\d+|\d{1,3}(?:([,_' ])\d{3})(?:\2\d{3})*)(?:\.(\d+))?(?:e\+?(\d{1,2}))?\s*([kmgbt]?)(i?)(b?)$/i;

/**
 * The ways to read a number as it was printed: `138357544` exactly, `138M` rounded or cut off, in thousands or in
 * powers of 1024. Throws `bad-printed-number`.
 */
export function readings(text: string): Reading[] {
  const match = NUMBER.exec(text.trim());
  if (!match) throw new VggError('bad-printed-number', { text });
  const [, whole, , fraction = '', exponent = '0', prefix, binary, byte] = match;
  const digits = BigInt(whole!.replace(/[,_' ]/g, '') + fraction);
  const letter = prefix!.toLowerCase();
  // A lone `B` means bytes, not billions, after a number that was not rounded.
  const unit = letter === 'b' && !byte && fraction === '' && exponent === '0' ? '' : letter;
  if (binary && BINARY[unit] === undefined) throw new VggError('bad-printed-number', { text });
  if (digits === 0n) throw new VggError('bad-printed-number', { text });
  const scale = { digits, decimals: fraction.length };
  if (binary) return rounded(scale, BINARY[unit]!, '', 0);
  const factor = DECIMAL[unit]! * 10n ** BigInt(exponent);
  const exact = factor === 1n && fraction === '';
  if (exact) return [interval(digits, digits, 1n, '', 0)];
  const plain = rounded(scale, factor, '', 0);
  const powers = BINARY[unit];
  return powers === undefined ? plain : [...plain, ...rounded(scale, powers, 'in powers of 1024', 1)];
}

interface Scaled {
  readonly digits: bigint;
  readonly decimals: number;
}

/** To the nearest, which is how numbers are mostly printed, and cut off. */
function rounded({ digits, decimals }: Scaled, factor: bigint, words: string, cost: number): Reading[] {
  const parts = 2n * 10n ** BigInt(decimals);
  const join = (how: string) => (words === '' ? how : `${how} ${words}`);
  return [
    interval((2n * digits - 1n) * factor, (2n * digits + 1n) * factor, parts, join('rounded'), cost),
    interval(2n * digits * factor, (2n * digits + 2n) * factor - 1n, parts, join('cut off'), cost + 1),
  ];
}

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/** The whole numbers from least/parts to most/parts; none beyond 2^53, which no count reaches. */
function interval(least: bigint, most: bigint, parts: bigint, words: string, cost: number): Reading {
  const from = (least + parts - 1n) / parts;
  const to = most / parts;
  return {
    least: from > LARGEST ? Infinity : Number(from),
    most: to > LARGEST ? Number.MAX_SAFE_INTEGER : Number(to),
    words,
    cost,
  };
}

/** How far a number is from what a reading allows; 0 where it hits. */
export const distance = (value: number, { least, most }: Reading): number =>
  value < least ? value - least : value > most ? value - most : 0;
