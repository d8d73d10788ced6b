import { product } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';
import type { Call, Operator } from '../call.ts';
import type { Computed } from '../value.ts';

/** The letters of two terms and of the result, by where they stand. */
interface Letters {
  readonly batch: readonly string[];
  readonly left: readonly string[];
  readonly right: readonly string[];
  readonly summed: readonly string[];
}

/**
 * A product of two tensors over named axes, as the product of matrices that it is: the axes in order, those of a matrix
 * joined, and back. Other sums have their shape.
 */
export const einsum: Operator = (call) => {
  const [terms = '', result] = call.text('equation', '').replaceAll(' ', '').split('->');
  const [first = '', second, ...more] = terms.split(',');
  if (result === undefined || terms.includes('.')) return undefined;
  const sizes = sizesOf(call, terms.split(','));
  const shape = [...result].map((letter) => sizes.get(letter));
  if (shape.includes(undefined)) return call.fail(`gives ${result}, and reads ${terms}`);
  const letters = second === undefined || more.length > 0 ? undefined : sorted(first, second, result);
  if (!letters) return call.unknown([shape as Shape]);
  const { batch, left, right, summed } = letters;
  const a = matrices(call, call.computed(0), first, { batch, rows: left, columns: summed }, sizes);
  const b = matrices(call, call.computed(1), second!, { batch, rows: summed, columns: right }, sizes);
  const products = call.add('matmul', {}, [a, b]);
  const order = [...batch, ...left, ...right];
  const apart = reshaped(
    call,
    products[0]!,
    order.map((letter) => sizes.get(letter)!),
  );
  return [permuted(call, apart, order, [...result])];
};

/** Sizes by letter. Throws `onnx-bad-node` where two differ. */
function sizesOf(call: Call, terms: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const [i, term] of terms.entries()) {
    const { shape } = call.input(i);
    if (shape.length !== term.length) call.fail(`reads ${shape.join('×')} as ${term}`);
    for (const [axis, letter] of [...term].entries()) {
      if ((sizes.get(letter) ?? shape[axis]) !== shape[axis]) call.fail(`has two sizes for ${letter}`);
      sizes.set(letter, shape[axis]!);
    }
  }
  return sizes;
}

/** Undefined where a letter comes twice in a term, or is summed in one alone: no product of matrices. */
function sorted(first: string, second: string, result: string): Letters | undefined {
  const twice = [first, second, result].some((term) => new Set(term).size !== term.length);
  const alone = [...first, ...second].some(
    (letter) => !result.includes(letter) && !(first.includes(letter) && second.includes(letter)),
  );
  if (twice || alone) return undefined;
  const both = [...first].filter((letter) => second.includes(letter));
  return {
    batch: both.filter((letter) => result.includes(letter)),
    summed: both.filter((letter) => !result.includes(letter)),
    left: [...first].filter((letter) => !second.includes(letter)),
    right: [...second].filter((letter) => !first.includes(letter)),
  };
}

interface Matrix {
  readonly batch: readonly string[];
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

/** A tensor as matrices over its batch. */
function matrices(
  call: Call,
  x: Computed,
  term: string,
  to: Matrix,
  sizes: ReadonlyMap<string, number>,
): Computed {
  const { batch, rows, columns } = to;
  const ordered = permuted(call, x, [...term], [...batch, ...rows, ...columns]);
  const size = (letters: readonly string[]) => product(letters.map((letter) => sizes.get(letter)!));
  return reshaped(call, ordered, [...batch.map((letter) => sizes.get(letter)!), size(rows), size(columns)]);
}

function permuted(call: Call, x: Computed, from: readonly string[], to: readonly string[]): Computed {
  if (from.join() === to.join()) return x;
  return call.add('permute', { dims: to.map((letter) => from.indexOf(letter)) }, [x])[0]!;
}

/** The first axis stays where its size does, so that an open batch stays open. */
function reshaped(call: Call, x: Computed, shape: Shape): Computed {
  if (x.shape.join() === shape.join()) return x;
  const keeps = shape.length > 1 && x.shape.length > 1 && x.shape[0] === shape[0];
  const attributes = keeps ? { shape: shape.slice(1), start_dim: 1 } : { shape, start_dim: 0 };
  return call.add('reshape', shape.length === 0 ? { shape: [1], start_dim: 0 } : attributes, [x])[0]!;
}
