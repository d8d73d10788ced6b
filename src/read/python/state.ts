import { VggError } from '../../core/errors/error.ts';
import type { Place } from './ast.ts';
import type { Value } from './values/object.ts';

/** How much a program may do. */
export interface Limits {
  /** Statements, turns of loops, calls, and elements that are handled. */
  readonly steps: number;
  /** Calls inside of each other, at which Python's RecursionError is raised. */
  readonly depth: number;
  /** Elements, or eighths of characters, that are ever made. */
  readonly allocation: number;
  /** Of one list or other collection. */
  readonly elements: number;
  /** Of one string. */
  readonly characters: number;
  /** Of one int. */
  readonly bits: number;
}

export const defaultLimits: Limits = {
  steps: 10_000_000,
  depth: 400,
  allocation: 20_000_000,
  elements: 1_000_000,
  characters: 8_000_000,
  bits: 200_000,
};

/** A call under way: where it is, and the values of its locals. */
export interface Activation {
  readonly file: string;
  readonly name: string;
  at: Place;
  readonly slots: readonly unknown[];
  readonly back: Activation | undefined;
}

/**
 * The program that runs. There is one at a time, since evaluation never waits: whoever starts one puts its own state
 * here and the former one back (see `evaluator.ts`).
 */
export const run = {
  limits: defaultLimits,
  steps: 0,
  allocated: 0,
  depth: 0,
  frame: undefined as Activation | undefined,
  /** What an `except` handles at the moment. */
  handled: null as Value,
  /** Told of each value that a variable no longer holds. */
  dropped: undefined as ((value: Value) => void) | undefined,
  print: (_text: string): void => undefined,
};

export const limitError = (problem: string) => new VggError('python-limit', { problem });

export function tick(count = 1): void {
  run.steps += count;
  if (run.steps > run.limits.steps) {
    throw limitError(`the program takes more than ${run.limits.steps.toLocaleString('en')} steps`);
  }
}

/** Before a collection grows to so many elements. */
export function claimElements(count: number, total = count): void {
  if (total > run.limits.elements) {
    throw limitError(`a collection of ${total.toLocaleString('en')} elements is too large`);
  }
  claim(count);
}

export function claimText(characters: number): void {
  if (characters > run.limits.characters) {
    throw limitError(`a string of ${characters.toLocaleString('en')} characters is too long`);
  }
  claim(characters / 8);
}

export function claim(units: number): void {
  run.allocated += units;
  run.steps += units / 4;
  if (run.allocated > run.limits.allocation) throw limitError('the program makes too many values');
}

export function claimBits(bits: number): void {
  if (bits > run.limits.bits) {
    throw limitError(`an integer of ${Math.ceil(bits).toLocaleString('en')} bits is too large`);
  }
  run.steps += bits / 64;
}
