import { multiply } from '../layers/shared/onnx/arithmetic.ts';
import { gradientValue } from '../layers/shared/onnx/weight-gradient.ts';
import { defineOptimizer } from './optimizer.ts';
import { adamOnnx, adamSteps, adamTensors } from './shared/adam.ts';
import { adamMemory } from './shared/adam-memory.ts';
import { decayFactor } from './shared/onnx.ts';

/** Adam whose decay shrinks the weights beside the step; PyTorch's defaults but for the decay, which is 0. */
export const adamw = defineOptimizer({
  name: 'adamw',
  source: 'torch.optim.AdamW, torch/optim/adam.py',
  defaults: { lr: 0.001 },
  states: ['exp_avg', 'exp_avg_sq'],
  fitsZero: true,
  stepNumbers: adamSteps,
  // The weights shrink in place.
  allocate: (device, weights, options) => adamMemory(device, weights, options, false),
  onnx(g, update) {
    const { weight, numbers, settings } = update;
    const decay = settings.weightDecay;
    const kept = decay === 0 ? weight : multiply(g, weight, decayFactor(g, numbers.learningRate, decay));
    return adamOnnx(g, update, { kept, gradient: gradientValue(g, update.gradient) });
  },
  tfjs(tf, update, t) {
    const { weight, gradient, settings } = update;
    const kept = () => tf.mul(weight, 1 - settings.lr * settings.weightDecay);
    adamTensors(tf, update, { kept, gradient }, t);
  },
});
