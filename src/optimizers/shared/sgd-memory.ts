import type { StepDevice, StepOptions } from '../optimizer.ts';

/** Source: torch/optim/sgd.py. */
export function sgdMemory<Weight>(
  device: StepDevice<Weight>,
  weights: readonly Weight[],
  { weightDecay, foreach }: StepOptions,
): void {
  for (const group of foreach ? [weights] : weights.map((weight) => [weight])) {
    // The gradients with the decay added are a copy; the weights are then changed in place.
    const decayed = device.temporaries(weightDecay ? group : []);
    // A momentum buffer is made when it is first needed.
    device.ensureStates(group);
    decayed.release();
  }
}
