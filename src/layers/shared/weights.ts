import type { Call, LayerKind, WeightSpec } from '../layer.ts';
import type { Inputs } from './inputs.ts';

/** The tensors that a layer owns, in PyTorch's order. */
export function weightsOf(layer: LayerKind, call: Call<object, Inputs>): readonly WeightSpec[] {
  return Object.entries(layer.weights?.(call) ?? {}).flatMap(([name, weight]) =>
    weight ? [{ name, ...weight }] : [],
  );
}
