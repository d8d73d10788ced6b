import type { Call, LayerKind, WeightSpec } from '../layer.ts';
import type { Inputs } from './inputs.ts';

const NONE: readonly WeightSpec[] = [];

/** The tensors that a layer owns, in PyTorch's order. */
export function weightsOf(layer: LayerKind, call: Call<object, Inputs>): readonly WeightSpec[] {
  // Most layers have none, and a plan resolves its network for many sizes.
  if (!layer.weights) return NONE;
  const weights = layer.weights(call);
  const specs: WeightSpec[] = [];
  for (const name in weights) {
    const weight = weights[name];
    if (weight) specs.push({ name, ...weight });
  }
  return specs;
}
