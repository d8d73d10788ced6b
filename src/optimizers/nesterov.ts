import { defineOptimizerMemory } from './optimizer.ts';
import { sgdMemory } from './shared/sgd-memory.ts';

/** All at once the gradients are changed in place; one by one each gets a copy that looks ahead. */
export const nesterov = defineOptimizerMemory({
  name: 'nesterov',
  source: 'torch.optim.SGD with Nesterov momentum, torch/optim/sgd.py',
  states: ['momentum_buffer'],
  allocate(device, weights, options) {
    if (options.foreach) {
      sgdMemory(device, weights, options);
      return;
    }
    for (const weight of weights) {
      const decayed = device.temporaries(options.weightDecay ? [weight] : []);
      device.ensureStates([weight]);
      const ahead = device.temporaries([weight]);
      decayed.release();
      ahead.release();
    }
  },
});
