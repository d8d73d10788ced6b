import type { Call, Operator } from '../call.ts';
import type { Constant } from '../value.ts';
import { sameShape } from '../../../core/shape.ts';

/** Tensors of one number for each channel; undefined where one is computed or of another shape. */
function perChannel(call: Call, places: readonly number[], channels: number): Constant[] | undefined {
  const found = places.map((place) => call.constant(place));
  const fit = found.every((one) => one?.shape.length === 1 && one.shape[0] === channels);
  return fit ? (found as Constant[]) : undefined;
}

export const batchNormalization: Operator = (call) => {
  const x = call.computed(0);
  const { length } = x.shape;
  const tensors = perChannel(call, [1, 2, 3, 4], x.shape[1] ?? 0);
  if (!tensors || length < 2 || length > 5 || call.int('spatial', 1) === 0) return call.unknown([x.shape]);
  const [weight, bias, running_mean, running_var] = tensors;
  const rank = length < 4 ? 1 : length - 2;
  return call.add(`batchnorm${rank}d`, { eps: Math.max(call.float('epsilon', 1e-5), 0) }, [x], {
    weight,
    bias,
    running_mean,
    running_var,
  });
};

/** A scale of ones and a shift of zeros that are written into the graph: what torch.onnx makes of a group norm has them. */
const changesNothing = (scale: Constant, shift: Constant): boolean =>
  [scale, shift].every(
    ({ origin, values }, place) => origin !== 'tensor' && values?.every((value) => value === 1 - place),
  );

export const instanceNormalization: Operator = (call) => {
  const x = call.computed(0);
  const { length } = x.shape;
  const tensors = perChannel(call, [1, 2], x.shape[1] ?? 0);
  if (!tensors || length < 3 || length > 5) return call.unknown([x.shape]);
  const [weight, bias] = tensors;
  const eps = Math.max(call.float('epsilon', 1e-5), 0);
  if (changesNothing(weight!, bias!)) return call.add(`instancenorm${length - 2}d`, { eps }, [x]);
  return call.add(`instancenorm${length - 2}d`, { eps, affine: true }, [x], { weight, bias });
};

export const layerNormalization: Operator = (call) => {
  const x = call.computed(0);
  const axis = call.axis(call.int('axis', -1), x.shape.length);
  const normalized_shape = x.shape.slice(axis);
  const [weight, bias] = [call.constant(1), call.constant(2)];
  if (!weight || !sameShape(weight.shape, normalized_shape) || (call.inputs[2] && !bias)) {
    return call.unknown([x.shape]);
  }
  const eps = Math.max(call.float('epsilon', 1e-5), 0);
  return call.add('layernorm', { normalized_shape, eps, bias: bias !== undefined }, [x], { weight, bias });
};

/** Before version 21 there was one number for each group, which is not PyTorch's. */
export const groupNormalization: Operator = (call) => {
  const x = call.computed(0);
  const tensors = perChannel(call, [1, 2], x.shape[1] ?? 0);
  if (!tensors) return call.unknown([x.shape]);
  const [weight, bias] = tensors;
  const eps = Math.max(call.float('epsilon', 1e-5), 0);
  return call.add('groupnorm', { num_groups: call.int('num_groups', 1), eps }, [x], { weight, bias });
};

export const lrn: Operator = (call) => {
  const x = call.computed(0);
  const size = call.attribute('size').int ?? call.fail('has no size');
  return call.add(
    'local_response_norm',
    { size, alpha: call.float('alpha', 0.0001), beta: call.float('beta', 0.75), k: call.float('bias', 1) },
    [x],
  );
};
