import type { Place } from '../ast.ts';
import { type Activation, run } from '../state.ts';
import { raised } from '../values/exceptions.ts';
import type { Attributes, Value } from '../values/object.ts';
import type { PyModule } from '../values/values.ts';

/** A variable that functions share. */
export class Cell {
  value: Value | undefined;
}

export type Slot = Value | Cell | undefined;

/** One call under way. */
export class Frame implements Activation {
  readonly file: string;
  readonly name: string;
  readonly module: PyModule;
  readonly slots: Slot[];
  /** Of a class body or a module: what it defines. */
  readonly names: Attributes;
  readonly back: Activation | undefined;
  at: Place;
  result: Value = null;

  constructor(
    code: { file: string; name: string; at: Place; slots: number },
    module: PyModule,
    names: Attributes,
  ) {
    this.file = code.file;
    this.name = code.name;
    this.at = code.at;
    this.module = module;
    this.names = names;
    this.slots = Array.from({ length: code.slots });
    this.back = run.frame;
  }
}

/** How a statement ended; the value of a return lies in the frame. */
export type Signal = 0 | 1 | 2 | 3;
export const NORMAL = 0;
export const BREAK = 1;
export const CONTINUE = 2;
export const RETURN = 3;

/** The one place where a local variable gets a value or loses it. */
export function store(frame: Frame, slot: number, shared: boolean, value: Value | undefined): void {
  let old: Slot;
  if (shared) {
    const cell = frame.slots[slot] as Cell;
    old = cell.value;
    cell.value = value;
  } else {
    old = frame.slots[slot];
    frame.slots[slot] = value;
  }
  if (run.dropped !== undefined && old !== undefined && old !== value) run.dropped(old as Value);
}

/** A function has returned: its locals go, but for those that other functions share. */
export function dropAll(frame: Frame): void {
  const { slots } = frame;
  for (let i = 0; i < slots.length; i++) {
    const old = slots[i];
    slots[i] = undefined;
    if (old !== undefined && !(old instanceof Cell)) run.dropped?.(old);
  }
}

export const unbound = (name: string) =>
  raised(
    'UnboundLocalError',
    `cannot access local variable '${name}' where it is not associated with a value`,
  );
