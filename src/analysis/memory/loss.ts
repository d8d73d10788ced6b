import type { Shape } from '../../core/shape.ts';
import type { Tape } from './tape.ts';
import type { Tensor } from './tensor.ts';

/** Shape of the class labels for these scores: one a position. */
export const labelShape = (scores: Shape): Shape => [...scores.slice(0, 1), ...scores.slice(2)];

/**
 * Mean cross-entropy of N×classes[×…] scores: log-softmax, then the negative log-likelihood. Autocast leaves log-softmax
 * in the type of the scores, because `cross_entropy` names that type to it, and lifts what comes out of it.
 */
export function crossEntropy(tape: Tape, scores: Tensor, labels: Tensor): Tensor {
  const logProbabilities = tape.run({
    inputs: [scores],
    output: scores.shape,
    saves: ['result'],
  });
  const loss = tape.run({
    inputs: [logProbabilities, labels],
    output: [],
    saves: [logProbabilities, labels],
    // The sum of the class weights, by which the mean divides.
    byproducts: [{ shape: [] }],
    autocast: 'float32',
  });
  tape.release(logProbabilities);
  return loss;
}

/** The sum of the losses of several heads. */
export function addLosses(tape: Tape, losses: readonly Tensor[]): Tensor {
  return losses.reduce((total, loss) => {
    const sum = tape.run({ inputs: [total, loss], output: [], gradients: ['incoming', 'incoming'] });
    tape.release(total);
    tape.release(loss);
    return sum;
  });
}
