import { multiply } from '../layers/shared/onnx/arithmetic.ts';
import { decayFactor, subtractProduct } from './shared/onnx.ts';
import { defineOptimizer } from './optimizer.ts';
import { sgdMemory } from './shared/sgd-memory.ts';

/** weight −= lr · (gradient + decay · weight). The rate is the book's. */
export const sgd = defineOptimizer({
  name: 'sgd',
  source: 'torch.optim.SGD, torch/optim/sgd.py',
  defaults: { lr: 0.05 },
  states: [],
  allocate: sgdMemory,
  onnx(g, { weight, gradient, numbers: { learningRate }, settings: { weightDecay } }) {
    const kept = weightDecay === 0 ? weight : multiply(g, weight, decayFactor(g, learningRate, weightDecay));
    return { weight: subtractProduct(g, kept, gradient, learningRate), states: [] };
  },
  tfjs(tf, { weight, gradient, settings: { lr, weightDecay } }) {
    const g = weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient;
    weight.assign(tf.sub(weight, tf.mul(g, lr)));
  },
});
