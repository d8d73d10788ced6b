import { defineOptimizerMemory } from './optimizer.ts';
import { rootsOneByOne } from './shared/roots-memory.ts';

/** PyTorch's defaults: neither centered nor with momentum. */
export const rmsprop = defineOptimizerMemory({
  name: 'rmsprop',
  source: 'torch.optim.RMSprop, torch/optim/rmsprop.py',
  states: ['square_avg'],
  allocate(device, weights, { weightDecay, foreach }) {
    device.ensureStates(weights);
    if (!foreach) {
      rootsOneByOne(device, weights, weightDecay);
      return;
    }
    const decayed = device.temporaries(weightDecay ? weights : []);
    device.temporaries(weights).release();
    decayed.release();
  },
});
