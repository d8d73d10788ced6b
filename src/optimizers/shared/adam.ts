import {
  add,
  divide,
  elementwise,
  multiply,
  scale,
  shift,
  subtract,
} from '../../layers/shared/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import type { OnnxUpdate, OnnxUpdated, StepNumber, TensorOperations, TensorUpdate } from '../optimizer.ts';

/** torch.optim.Adam's. */
export const ADAM = { beta1: 0.9, beta2: 0.999, eps: 1e-8 } as const;

const { beta1, beta2, eps } = ADAM;

/** 1 − βᵗ in double precision until it is rounded: for small t it is the difference of nearly equal numbers. */
const correction = (name: string, beta: number): StepNumber => ({
  name,
  value: (t) => 1 - beta ** t,
  onnx(g, t) {
    const power = g.run('Pow', [g.constant(beta, 'float64', [1]), t], { shape: [1], type: 'float64' });
    return subtract(g, g.constant(1, 'float64', [1]), power);
  },
});

export const adamSteps = [
  correction('bias_correction1', beta1),
  correction('bias_correction2', beta2),
] as const;

/** What a weight and its gradient are once the decay is in. */
interface Decayed<Kept, Value> {
  readonly kept: Kept;
  readonly gradient: Value;
}

export function adamOnnx(
  g: OnnxGraph,
  { states, numbers: { one, learningRate, perStep } }: OnnxUpdate,
  { kept, gradient }: Decayed<Tensor, Tensor>,
): OnnxUpdated {
  const [mean, square] = states as readonly [Tensor, Tensor];
  const moved = add(g, mean, multiply(g, subtract(g, gradient, mean), scale(g, one, 1 - beta1)));
  const squares = multiply(g, multiply(g, gradient, gradient), scale(g, one, 1 - beta2));
  const spread = add(g, scale(g, square, beta2), squares);
  const [first, second] = perStep as readonly [Tensor, Tensor];
  const deviation = divide(g, elementwise(g, 'Sqrt', spread), elementwise(g, 'Sqrt', second));
  const step = divide(g, multiply(g, moved, divide(g, learningRate, first)), shift(g, deviation, eps));
  return { weight: subtract(g, kept, step), states: [moved, spread] };
}

export function adamTensors<T>(
  tf: TensorOperations<T>,
  { weight, states, settings: { lr } }: TensorUpdate<T>,
  { kept, gradient }: Decayed<() => T, T>,
  t: number,
): void {
  const [mean, square] = [states[0]!, states[1]!];
  mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
  square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
  const root = tf.div(tf.sqrt(square), Math.sqrt(1 - beta2 ** t));
  const move = tf.mul(tf.div(mean, tf.add(root, eps)), lr / (1 - beta1 ** t));
  weight.assign(tf.sub(kept(), move));
}
