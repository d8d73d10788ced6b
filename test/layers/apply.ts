import { elements } from '../../src/core/arithmetic.ts';
import type { Shape } from '../../src/core/shape.ts';
import { parseAttributes } from '../../src/layers/shared/attributes.ts';
import { checkArity } from '../../src/layers/shared/inputs.ts';
import { weightsOf } from '../../src/layers/shared/weights.ts';
import type { LayerKind, WeightSpec } from '../../src/layers/layer.ts';

export interface Outcome {
  readonly attributes: object;
  readonly output: Shape;
  readonly others: readonly Shape[];
  readonly weights: readonly WeightSpec[];
  readonly params: number;
  readonly buffers: number;
  readonly macs: number;
  readonly elementwise: number;
}

/** A layer applied to inputs, with all that its file says about the call. Throws its VggErrors. */
export function apply(layer: LayerKind, given: object, inputs: readonly Shape[]): Outcome {
  const attributes: object = parseAttributes(layer, given);
  checkArity(layer.kind, layer.takes, inputs.length);
  const output = layer.shape({ attributes, inputs });
  const weights = weightsOf(layer, { attributes, inputs });
  const applied = { attributes, inputs, output };
  const scalars = (buffer: boolean) =>
    weights
      .filter((weight) => (weight.buffer ?? false) === buffer)
      .reduce((total, { shape }) => total + elements(shape), 0);
  return {
    attributes,
    output,
    others: layer.others?.({ attributes, inputs }) ?? [],
    weights,
    params: scalars(false),
    buffers: scalars(true),
    macs: layer.macs?.(applied) ?? 0,
    elementwise: layer.elementwise?.(applied) ?? 0,
  };
}
