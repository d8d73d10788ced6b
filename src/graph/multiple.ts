import { VggError, type ErrorArguments } from '../core/errors/error.ts';
import type { Shape } from '../core/shape.ts';

/** Each halving of the image doubles what its sides must be a multiple of; no network halves it more often. */
const MULTIPLES = [2, 4, 8, 16, 32, 64, 128];

/**
 * Where branches do not join because a side was halved to a fraction and rounded, as in a U-Net of an odd size: the
 * smallest multiple that each side must be of, and the nearest such input; undefined where no multiple helps.
 * `resolves` throws a VggError for an input that the network does not take.
 */
export function multipleThatFits(
  input: Shape,
  resolves: (input: Shape) => unknown,
): { readonly multiple: number; readonly input: Shape } | undefined {
  if (input.length < 3) return undefined;
  const sized = (side: (given: number) => number): Shape => [
    ...input.slice(0, 2),
    ...input.slice(2).map(side),
  ];
  const takes = (shape: Shape): boolean => {
    try {
      resolves(shape);
      return true;
    } catch (error) {
      if (error instanceof VggError) return false;
      throw error;
    }
  };
  const multiple = MULTIPLES.find((each) => {
    // An odd multiple is a multiple of nothing larger that might be what helps.
    const odd = (given: number) => each * (2 * Math.ceil((given / each - 1) / 2) + 1);
    return takes(sized(odd));
  });
  if (multiple === undefined) return undefined;
  const nearest = sized((given) => multiple * Math.ceil(given / multiple));
  return takes(nearest) ? { multiple, input: nearest } : undefined;
}

/** What branches were to be joined by the error. */
export const joinOf = ({ args }: VggError): ErrorArguments<'shapes-do-not-join'> =>
  args as ErrorArguments<'shapes-do-not-join'>;
