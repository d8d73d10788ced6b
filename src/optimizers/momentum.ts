import { add, multiply, scale, subtract } from '../layers/shared/onnx/arithmetic.ts';
import { gemm } from '../layers/shared/onnx/weight-gradient.ts';
import type { OnnxGraph, Tensor } from '../onnx/graph.ts';
import { defineOptimizer, type OnnxUpdate } from './optimizer.ts';
import { sgdMemory } from './shared/sgd-memory.ts';

/** buffer = momentum · buffer + gradient + decay · weight; weight −= lr · buffer. The rate is the book's. */
export const momentum = defineOptimizer({
  name: 'momentum',
  source: 'torch.optim.SGD with momentum, torch/optim/sgd.py',
  defaults: { lr: 0.05, momentum: 0.9 },
  states: ['momentum_buffer'],
  allocate: sgdMemory,
  onnx(g, update) {
    const moved = nextBuffer(g, update);
    const step = multiply(g, moved, update.numbers.learningRate);
    return { weight: subtract(g, update.weight, step), states: [moved] };
  },
  tfjs(tf, { weight, states: [buffer], gradient, settings: { lr, momentum: kept, weightDecay } }) {
    const g = weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient;
    buffer!.assign(tf.add(tf.mul(buffer!, kept), g));
    weight.assign(tf.sub(weight, tf.mul(buffer!, lr)));
  },
});

/** A gradient that is a product of matrices is added to the buffer by the operator that computes it. */
function nextBuffer(g: OnnxGraph, { weight, states, gradient, numbers, settings }: OnnxUpdate): Tensor {
  const [buffer] = states as readonly [Tensor];
  const { weightDecay } = settings;
  const slowed = () => multiply(g, buffer, scale(g, numbers.one, settings.momentum));
  if (!('transposed' in gradient)) {
    const kept = add(g, slowed(), gradient);
    return weightDecay === 0 ? kept : add(g, kept, scale(g, weight, weightDecay));
  }
  const late = multiply(g, gradient.transposed, numbers.one);
  if (weightDecay === 0) return gemm(g, late, gradient.by, buffer, settings.momentum);
  return gemm(g, late, gradient.by, add(g, slowed(), scale(g, weight, weightDecay)), 1);
}
