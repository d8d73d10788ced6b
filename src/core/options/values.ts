import { VggError } from '../errors/error.ts';
import { nearest } from '../nearest.ts';
import type { Shape } from '../shape.ts';

/** PyTorch's own limit for a size. */
const MAX = 2 ** 31 - 1;

/** A whole number from 1 to 2^31 − 1. */
export function count(option: string, orElse = ''): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= 1 && value <= MAX) return value;
    throw new VggError('bad-option', {
      option,
      expected: `${orElse}a whole number from 1 to ${MAX}`,
      value: text,
    });
  };
}

/** Batch sizes: both ends of a range, and, of a list, each of them. */
export interface BatchSizes {
  readonly range: readonly [from: number, to: number];
  readonly sizes?: readonly number[];
}

/** `1..1024` (or `1-1024`), a list such as `8,16,32`, or one number for a range of its own. */
export function batchSizes(text: string): BatchSizes {
  const one = count('--batch', 'a range such as 1..1024, a list such as 8,16,32, or ');
  if (text.includes(',')) {
    const sizes = text.split(',').map((part) => one(part.trim()));
    return { range: [Math.min(...sizes), Math.max(...sizes)], sizes };
  }
  const ends = text.split(/\.\.|-/);
  if (ends.length > 2) return { range: [one(text), one(text)] };
  const [from, to] = [one(ends[0]!), one(ends.at(-1)!)];
  if (from <= to) return { range: [from, to] };
  throw new VggError('bad-option', { option: '--batch', expected: 'a range that grows', value: text });
}

/** Any text. */
export const text = (_option: string) => (written: string) => written;

/** A number of at least 0. */
export function decimal(option: string): (text: string) => number {
  return (text) => {
    const value = /^\d*\.?\d+(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
    if (Number.isFinite(value)) return value;
    throw new VggError('bad-option', { option, expected: 'a number of at least 0', value: text });
  };
}

/** A whole number from 0 on. */
export const whole = (name: string) => (text: string) => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new VggError('bad-option', {
    option: name,
    expected: 'a whole number from 0 to 999999999',
    value: text,
  });
};

/** A number in [0, 1). */
export const share = (name: string) => (text: string) => {
  const value = decimal(name)(text);
  if (value < 1) return value;
  throw new VggError('bad-option', { option: name, expected: 'a number from 0 to below 1', value: text });
};

/** One of a few words. */
export function choice<T extends string>(option: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((word) => word === text);
    if (found !== undefined) return found;
    const expected = [choices.slice(0, -1).join(', '), choices.at(-1)!]
      .filter((part) => part !== '')
      .join(' or ');
    throw new VggError('bad-option', { option, expected, value: text, nearest: nearest(text, choices) });
  };
}

/** Words separated by commas, added to those of earlier uses of the option. */
export function words(option: string): (text: string, before: unknown) => string[] {
  return (text, before) => {
    const found = text.split(',').map((word) => word.trim());
    if (!found.includes('')) return [...earlier(before), ...found];
    throw new VggError('bad-option', { option, expected: 'words separated by commas', value: text });
  };
}

/** Every use of the option. */
export const repeated = (text: string, before: unknown): string[] => [...earlier(before), text];

/** What commander hands over from earlier uses of an option; nothing on the first. */
const earlier = (before: unknown) => (before as readonly string[] | undefined) ?? [];

/** A name that may be printed on a terminal. */
export function name(option: string): (text: string) => string {
  return (text) => {
    if (/^[^\p{C}]{1,100}$/u.test(text)) return text;
    throw new VggError('bad-option', { option, expected: 'a text of up to 100 characters', value: text });
  };
}

/** What `--input` says of one tensor that goes into the network. */
export interface InputSize {
  /** As it was written. */
  readonly text: string;
  /** Which input it is about; where left out, they go by their order. */
  readonly name?: string;
  readonly type?: string;
  /** With the batch or without it, which the network's own input tells. */
  readonly sizes: Shape;
}

/**
 * `1x3x224x224` or `3x224x224`, with x, × or commas, in brackets or without; before it may stand a name and a type, as
 * in `ids=int64:2x128`. Throws `bad-input-size`.
 */
export function inputSize(text: string): InputSize {
  const fail = (problem: string): never => {
    throw new VggError('bad-input-size', { text, problem });
  };
  const [, name, type, list = ''] = /^(?:([\w.-]+)=)?(?:([a-z]\w*):)?(.*)$/is.exec(text) ?? [];
  const [, inner = list] = /^\s*[([](.*)[)\]]\s*$/.exec(list) ?? [];
  const parts = inner.split(/[x×,]/i).map((part) => part.trim());
  const sizes = parts.map((part) => {
    if (/^-\d/.test(part)) fail(`has a negative size, ${part}`);
    if (/^\d*\.\d+$/.test(part)) fail(`has a fraction for a size, ${part}`);
    if (!/^\d+$/.test(part)) fail('is not a list of sizes');
    const size = Number(part);
    if (size === 0) fail('has a size of 0');
    if (size > MAX) fail(`has a size above ${MAX}, the most that PyTorch takes`);
    return size;
  });
  return { text, sizes, ...(name !== undefined && { name }), ...(type !== undefined && { type }) };
}

/** The batch that the sizes of images name, N×C×H×W. */
export const batchOfImages = ({ sizes }: InputSize): number | undefined =>
  sizes.length === 4 ? sizes[0] : undefined;

/** Every use of `--input`, one for each tensor that goes in. */
export const inputSizes = (text: string, before?: unknown): InputSize[] => [
  ...((before as readonly InputSize[] | undefined) ?? []),
  inputSize(text),
];
