import { defineOptimizerMemory } from './optimizer.ts';
import { rootsOneByOne } from './shared/roots-memory.ts';

export const adagrad = defineOptimizerMemory({
  name: 'adagrad',
  source: 'torch.optim.Adagrad, torch/optim/adagrad.py',
  states: ['sum'],
  statesFromStart: true,
  allocate(device, weights, { weightDecay, foreach }) {
    if (!foreach) {
      rootsOneByOne(device, weights, weightDecay);
      return;
    }
    // Decayed gradients are a copy already, which becomes the numerators; without a decay those are one.
    const numerators = device.temporaries(weights);
    device.temporaries(weights).release();
    numerators.release();
  },
});
