import {
  add,
  divide,
  elementwise,
  matmul,
  multiply,
  reshape,
  scale,
  shift,
  subtract,
  transpose,
} from '../../layers/shared/onnx/arithmetic.ts';
import type { OnnxGraph, Tensor, WeightGradient } from '../../onnx/graph.ts';
import { ADAM, type Optimizer } from '../optimizer.ts';
import { NAMES } from './names.ts';
import type { OnnxWriter } from '../../onnx/writer.ts';

/** Numbers of one step that every weight's update reads; in a whole step each is written late, see `late.ts`. */
export interface StepNumbers {
  readonly one: Tensor;
  readonly learningRate: Tensor;
  /** 1 − β₁ᵗ and 1 − β₂ᵗ; for Adam alone. */
  readonly corrections: readonly Tensor[];
}

export interface Update {
  readonly weight: Tensor;
  /** In the order of `optimizerSlots`. */
  readonly slots: readonly Tensor[];
}

/**
 * Writes how a weight follows from its gradient, as torch.optim does it. A gradient that is a product of matrices is
 * added to the weight, or to the momentum, by the operator that computes it.
 */
export function writeUpdate(
  g: OnnxGraph,
  optimizer: Optimizer,
  numbers: StepNumbers,
  { weight, slots, gradient }: { weight: Tensor; slots: readonly Tensor[]; gradient: WeightGradient },
): Update {
  const { one, learningRate: rate } = numbers;
  const { momentum, weightDecay } = optimizer;
  switch (optimizer.name) {
    case 'sgd': {
      const kept = weightDecay === 0 ? weight : multiply(g, weight, decayed(g, rate, weightDecay));
      return { weight: subtractFrom(g, kept, gradient, rate), slots: [] };
    }
    case 'momentum': {
      const [velocity] = slots as [Tensor];
      const moved = follow(g, { velocity, weight, gradient, momentum, weightDecay, one });
      return { weight: subtract(g, weight, multiply(g, moved, rate)), slots: [moved] };
    }
    case 'adam': {
      const value = gradientValue(g, gradient);
      const whole = weightDecay === 0 ? value : add(g, value, scale(g, weight, weightDecay));
      return adam(g, numbers, weight, slots, whole);
    }
    case 'adamw': {
      const kept = weightDecay === 0 ? weight : multiply(g, weight, decayed(g, rate, weightDecay));
      return adam(g, numbers, kept, slots, gradientValue(g, gradient));
    }
  }
}

/** 1 − rate·decay */
const decayed = (g: OnnxGraph, rate: Tensor, decay: number): Tensor =>
  subtract(g, g.constant(1), scale(g, rate, decay));

/** The gradient as a tensor of its own. */
export function gradientValue(g: OnnxGraph, gradient: WeightGradient): Tensor {
  return 'transposed' in gradient
    ? matmul(g, transpose(g, gradient.transposed, [1, 0]), gradient.by)
    : gradient;
}

/** sum + gradient */
export const accumulate = (g: OnnxGraph, sum: Tensor, gradient: WeightGradient): Tensor =>
  'transposed' in gradient ? gemm(g, gradient.transposed, gradient.by, sum, 1) : add(g, sum, gradient);

/** from − rate·gradient */
function subtractFrom(g: OnnxGraph, from: Tensor, gradient: WeightGradient, rate: Tensor): Tensor {
  return 'transposed' in gradient
    ? gemm(g, multiply(g, gradient.transposed, elementwise(g, 'Neg', rate)), gradient.by, from, 1)
    : subtract(g, from, multiply(g, gradient, rate));
}

/** aᵀ·b + beta·c */
function gemm(g: OnnxGraph, a: Tensor, b: Tensor, c: Tensor, beta: number): Tensor {
  return g.run('Gemm', [a, b, c], c.shape, { transA: 1, beta: { float: beta } });
}

/** momentum·velocity + gradient + decay·weight */
function follow(
  g: OnnxGraph,
  {
    velocity,
    weight,
    gradient,
    momentum,
    weightDecay,
    one,
  }: {
    velocity: Tensor;
    weight: Tensor;
    gradient: WeightGradient;
    momentum: number;
    weightDecay: number;
    one: Tensor;
  },
): Tensor {
  const slowed = () => multiply(g, velocity, scale(g, one, momentum));
  if (!('transposed' in gradient)) {
    const kept = add(g, slowed(), gradient);
    return weightDecay === 0 ? kept : add(g, kept, scale(g, weight, weightDecay));
  }
  const late = multiply(g, gradient.transposed, one);
  if (weightDecay === 0) return gemm(g, late, gradient.by, velocity, momentum);
  return gemm(g, late, gradient.by, add(g, slowed(), scale(g, weight, weightDecay)), 1);
}

function adam(
  g: OnnxGraph,
  { one, learningRate, corrections }: StepNumbers,
  weight: Tensor,
  [mean, square]: readonly Tensor[],
  gradient: Tensor,
): Update {
  const { beta1, beta2, eps } = ADAM;
  const moved = add(g, mean!, multiply(g, subtract(g, gradient, mean!), scale(g, one, 1 - beta1)));
  const squares = multiply(g, multiply(g, gradient, gradient), scale(g, one, 1 - beta2));
  const spread = add(g, scale(g, square!, beta2), squares);
  const [first, second] = corrections as readonly [Tensor, Tensor];
  const deviation = divide(g, elementwise(g, 'Sqrt', spread), elementwise(g, 'Sqrt', second));
  const step = divide(g, multiply(g, moved, divide(g, learningRate, first)), shift(g, deviation, eps));
  return { weight: subtract(g, weight, step), slots: [moved, spread] };
}

/**
 * Adam's 1 − βᵗ, in double precision until it is rounded: for small t it is the difference of nearly equal numbers.
 * None for other optimizers.
 */
export function writeCorrections(g: OnnxWriter, { name }: Optimizer): Tensor[] {
  if (!name.startsWith('adam')) return [];
  if (!g.wide) return NAMES.corrections.map((correction) => g.input(correction, [1]));
  const step = g.input(NAMES.step, [1], 'int64');
  const t = g.run('Cast', [step], { shape: [1], type: 'float64' }, { to: 11 });
  return [ADAM.beta1, ADAM.beta2].map((beta) => {
    const power = g.run('Pow', [g.constant(beta, 'float64', [1]), t], { shape: [1], type: 'float64' });
    const rest = subtract(g, g.constant(1, 'float64', [1]), power);
    return reshape(g, g.run('Cast', [rest], [1], { to: 1 }), [1]);
  });
}
