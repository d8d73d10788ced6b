import type { StepDevice } from '../optimizer.ts';

/** One weight after the other: a decayed gradient, and a root that the loop's variable holds until the next is there. */
export function rootsOneByOne<Weight>(
  device: StepDevice<Weight>,
  weights: readonly Weight[],
  weightDecay: boolean,
): void {
  let root = device.temporaries([]);
  for (const weight of weights) {
    const decayed = device.temporaries(weightDecay ? [weight] : []);
    const next = device.temporaries([weight]);
    root.release();
    decayed.release();
    root = next;
  }
  root.release();
}
