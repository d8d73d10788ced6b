/** How weights follow from gradients; PyTorch's names and defaults. */
export interface Optimizer {
  readonly name: OptimizerName;
  readonly lr: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

export const optimizerNames = ['sgd', 'momentum', 'adam', 'adamw'] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/** torch.optim.Adam's. */
export const ADAM = { beta1: 0.9, beta2: 0.999, eps: 1e-8 } as const;

/** 1 − β₁ᵗ and 1 − β₂ᵗ after t steps of Adam. */
export const adamCorrections = (t: number): readonly [number, number] => [
  1 - ADAM.beta1 ** t,
  1 - ADAM.beta2 ** t,
];

/** The tensors that the optimizer keeps for each weight. Source: the state of the torch.optim classes. */
export function optimizerSlots({ name }: Optimizer): readonly string[] {
  return {
    sgd: [],
    momentum: ['momentum_buffer'],
    adam: ['exp_avg', 'exp_avg_sq'],
    adamw: ['exp_avg', 'exp_avg_sq'],
  }[name];
}
