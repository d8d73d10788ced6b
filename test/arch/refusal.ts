import { VggError } from '../../src/core/errors/error.ts';

/** The VggError that a call throws; anything else it does is a failure. */
export function refusal(call: () => unknown): VggError {
  try {
    call();
  } catch (error) {
    if (error instanceof VggError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
