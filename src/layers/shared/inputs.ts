import { VggError } from '../../core/errors/error.ts';

/** How many tensors a kind takes, as a tuple: a place for each. */
export type Inputs = readonly unknown[];
export type None = readonly [];
export type One = readonly [unknown];
export type OneOrTwo = readonly [unknown, unknown?];
export type Two = readonly [unknown, unknown];
export type Three = readonly [unknown, unknown, unknown];
export type OneToThree = readonly [unknown, unknown?, unknown?];
export type OneOrMore = readonly [unknown, ...unknown[]];

/** A `T` in each place: the shapes, the values or the gradients of a layer's inputs. */
export type Each<I extends Inputs, T> = { readonly [place in keyof I]: T };

/** The same for a program: from `least` to `most` tensors. */
export interface Arity<I extends Inputs> {
  readonly least: I['length'];
  readonly most: number;
}

export const none: Arity<None> = { least: 0, most: 0 };
const one: Arity<One> = { least: 1, most: 1 };
export const oneOrTwo: Arity<OneOrTwo> = { least: 1, most: 2 };
export const two: Arity<Two> = { least: 2, most: 2 };
export const three: Arity<Three> = { least: 3, most: 3 };
export const oneToThree: Arity<OneToThree> = { least: 1, most: 3 };
export const oneOrMore: Arity<OneOrMore> = { least: 1, most: Infinity };

/** Whether a kind joins branches, however many. */
export const joinsBranches = ({ takes = one }: { readonly takes?: Arity<Inputs> }): boolean =>
  takes.most === Infinity;

/** What goes to the first input, and nothing to the second where there is one. */
export const besides = <T>(first: T, second: unknown): readonly [T, undefined?] =>
  second === undefined ? [first] : [first, undefined];

/** What `f` makes of each place. */
export const mapEach = <L extends Inputs, U>(list: L, f: (item: L[number], place: number) => U) =>
  list.map(f) as unknown as Each<L, U>;

/** Throws `takes-no-input`, `takes-one-input`, `takes-other-inputs` or `takes-several-inputs` unless a layer of the kind takes `count` tensors. */
export function checkArity(kind: string, { least, most }: Arity<Inputs> = one, count: number): void {
  if (count >= least && count <= most) return;
  if (most === Infinity) throw new VggError('takes-several-inputs', { kind, count });
  if (most === 0) throw new VggError('takes-no-input', { kind, count });
  if (most === 1) throw new VggError('takes-one-input', { kind, count });
  throw new VggError('takes-other-inputs', { kind, least, most, count });
}
