import type { Progress } from '../../../train/checkpoint.ts';
import type { StepEvent } from '../../../train/loop.ts';

/**
 * Gives each step's own loss for the curve: an event has the mean of its epoch so far. A training that continues in
 * the middle of an epoch starts from the sum that the checkpoint has.
 */
export function stepLosses(from?: Progress): (event: Pick<StepEvent, 'step' | 'loss'>) => number {
  let before = from && from.sums.count > 0 ? (from.sums.loss / from.sums.count) * from.batch : 0;
  return ({ step, loss }) => {
    const sum = loss * step;
    const own = step === 1 ? loss : sum - before;
    before = sum;
    return own;
  };
}
