import { VggError } from '../../core/errors/error.ts';
import type { Shape } from '../../core/shape.ts';

/** What an equation says of one or two tensors. */
export interface Equation {
  /** The dimensions of each tensor by their letters. */
  readonly operands: readonly [string, string?];
  readonly output: string;
  /** Letters of the output, and then, in alphabetical order, those that are added up. */
  readonly letters: readonly string[];
  readonly sizes: ReadonlyMap<string, number>;
}

/**
 * Reads `ij,jk->ik`. Without an arrow the output has the letters that stand once, in alphabetical order. Throws
 * `bad-attribute` and `equation-does-not-fit`. Source: torch.einsum; an ellipsis, and a letter twice in one tensor, are
 * left out.
 */
export function readEquation(equation: string, shapes: readonly Shape[]): Equation {
  const refuse = (problem: string) =>
    new VggError('bad-attribute', { kind: 'einsum', name: 'equation', value: equation, problem });
  const [left = '', right, ...more] = equation.replaceAll(' ', '').split('->');
  const operands = left.split(',');
  const all = [...operands, ...(right === undefined ? [] : [right])];
  if (more.length > 0 || all.some((letters) => !/^[A-Za-z]*$/.test(letters))) {
    throw refuse("must be letters for each dimension, as in 'bij,bjk->bik'");
  }
  if (all.some((letters) => new Set(letters).size !== letters.length)) {
    throw refuse('must name each dimension of a tensor by a letter of its own');
  }
  if (operands.length !== shapes.length) throw refuse(`must name ${shapes.length} tensors`);
  const sizes = new Map<string, number>();
  operands.forEach((letters, place) => {
    const shape = shapes[place]!;
    const fits = (letter: string, axis: number) => (sizes.get(letter) ?? shape[axis]) === shape[axis];
    if (letters.length !== shape.length || ![...letters].every(fits)) {
      throw new VggError('equation-does-not-fit', { equation, shapes });
    }
    [...letters].forEach((letter, axis) => sizes.set(letter, shape[axis]!));
  });
  const known = [...sizes.keys()].toSorted();
  const output = right ?? known.filter((letter) => left.split(letter).length === 2).join('');
  if ([...output].some((letter) => !sizes.has(letter))) throw refuse('must take its output from its inputs');
  const summed = known.filter((letter) => !output.includes(letter));
  return {
    operands: operands as unknown as Equation['operands'],
    output,
    letters: [...output, ...summed],
    sizes,
  };
}

export const sizesOf = ({ sizes }: Equation, letters: Iterable<string>): number[] =>
  Array.from(letters, (letter) => sizes.get(letter)!);

/** Letters that one tensor alone has and the output has not: they are added up before anything else. */
export const alone = ({ operands, output }: Equation, place: 0 | 1): string[] => {
  const other = operands[1 - place] ?? '';
  return [...operands[place]!].filter((letter) => !output.includes(letter) && !other.includes(letter));
};

/** Letters that both tensors have and the output has not: a product of matrices adds them up. */
export const contracted = ({ operands: [a, b = ''], output }: Equation): string[] =>
  [...a].filter((letter) => b.includes(letter) && !output.includes(letter));
