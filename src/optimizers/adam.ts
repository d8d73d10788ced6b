import { add, scale } from '../layers/shared/onnx/arithmetic.ts';
import { gradientValue } from '../layers/shared/onnx/weight-gradient.ts';
import { defineOptimizer } from './optimizer.ts';
import { adamOnnx, adamSteps, adamTensors } from './shared/adam.ts';
import { adamMemory } from './shared/adam-memory.ts';

/** Adam with PyTorch's defaults; the decay is a part of the gradient. */
export const adam = defineOptimizer({
  name: 'adam',
  source: 'torch.optim.Adam, torch/optim/adam.py',
  defaults: { lr: 0.001 },
  states: ['exp_avg', 'exp_avg_sq'],
  fitsZero: true,
  stepNumbers: adamSteps,
  // The decay is added to a copy of the gradients.
  allocate: (device, weights, options) => adamMemory(device, weights, options, options.weightDecay),
  onnx(g, update) {
    const { weight, settings } = update;
    const value = gradientValue(g, update.gradient);
    const gradient =
      settings.weightDecay === 0 ? value : add(g, value, scale(g, weight, settings.weightDecay));
    return adamOnnx(g, update, { kept: weight, gradient });
  },
  tfjs(tf, update, t) {
    const { weight, gradient, settings } = update;
    const g = settings.weightDecay > 0 ? tf.add(gradient, tf.mul(weight, settings.weightDecay)) : gradient;
    adamTensors(tf, update, { kept: () => weight, gradient: g }, t);
  },
});
