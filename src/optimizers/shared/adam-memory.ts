import type { StepDevice, StepOptions } from '../optimizer.ts';

/** `copiesGradients`: a decay is added to a copy of the gradients. Source: torch/optim/adam.py. */
export function adamMemory<Weight>(
  device: StepDevice<Weight>,
  weights: readonly Weight[],
  { foreach }: StepOptions,
  copiesGradients: boolean,
): void {
  device.ensureStates(weights);
  const decayed = (group: readonly Weight[]) => device.temporaries(copiesGradients ? group : []);
  if (foreach) {
    // The decayed gradients go before the roots of the second moments are taken.
    decayed(weights).release();
    device.temporaries(weights).release();
    return;
  }
  let divisor = device.temporaries([]);
  for (const weight of weights) {
    const gradient = decayed([weight]);
    const root = device.temporaries([weight]);
    // The root divided by the bias correction is a second tensor; until it is there, the loop's variable holds the one
    // of the weight before.
    const quotient = device.temporaries([weight]);
    root.release();
    divisor.release();
    gradient.release();
    divisor = quotient;
  }
  divisor.release();
}
