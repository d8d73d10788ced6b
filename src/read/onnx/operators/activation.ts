import { elements } from '../../../core/arithmetic.ts';
import type { Call, Operator } from '../call.ts';

/** A function of each element with the arguments that `attributes` takes from the node. */
export const activation =
  (kind: string, attributes: (call: Call) => object = () => ({})): Operator =>
  (call) =>
    call.add(kind, attributes(call), [call.computed(0)]);

const near = (a: number, b: number) => Math.abs(a - b) < 1e-6;

/** PyTorch's has fixed numbers; with others it is what it is made of. */
export const hardSigmoid: Operator = (call) => {
  const x = call.computed(0);
  const [alpha, beta] = [call.float('alpha', 0.2), call.float('beta', 0.5)];
  if (near(alpha, 1 / 6) && near(beta, 0.5)) return call.add('hardsigmoid', {}, [x]);
  const scaled = call.add('mul', { other: alpha }, [x]);
  const shifted = call.add('add', { other: beta }, scaled);
  return call.add('hardtanh', { min_val: 0, max_val: 1 }, shifted);
};

export const selu: Operator = (call) => {
  const fixed =
    near(call.float('alpha', 1.6732632), 1.6732632) && near(call.float('gamma', 1.0507009), 1.0507009);
  return fixed ? call.add('selu', {}, [call.computed(0)]) : call.unknown([call.input(0).shape]);
};

export const thresholdedRelu: Operator = (call) => {
  const threshold = call.float('alpha', 1);
  return call.add('threshold', { threshold, value: 0 }, [call.computed(0)]);
};

/** One slope, or one for each channel, with sizes of 1 behind it. */
export const prelu: Operator = (call) => {
  const x = call.computed(0);
  const weight = call.constant(1);
  if (!weight) return undefined;
  const count = elements(weight.shape);
  const axis = weight.shape.findIndex((size) => size !== 1);
  const perChannel = axis - weight.shape.length + x.shape.length === 1 && count === x.shape[1];
  // A vector has no channels for PyTorch.
  if ((count !== 1 && !perChannel) || x.shape.length < 2) return call.unknown([x.shape]);
  return call.add('prelu', { num_parameters: count }, [x], { weight });
};

/** Largest numbers that stand for no limit. */
const NONE = 3.4e38;

export const clip: Operator = (call) => {
  const x = call.computed(0);
  if (call.dependsOn(1) || call.dependsOn(2)) return call.unknown([x.shape]);
  const least = call.attribute('min').float ?? call.numbers(1)?.[0] ?? -Infinity;
  const most = call.attribute('max').float ?? call.numbers(2)?.[0] ?? Infinity;
  const [from, to] = [least > -NONE, most < NONE];
  if (!from && !to) return call.add('identity', {}, [x]);
  if (least === 0 && !to) return call.add('relu', {}, [x]);
  if (least === 0 && near(most, 6)) return call.add('relu6', {}, [x]);
  if (from && to && most > least) return call.add('hardtanh', { min_val: least, max_val: most }, [x]);
  const limits = { ...(from && { min: least }), ...(to && { max: most }) };
  return Number.isNaN(least) || Number.isNaN(most)
    ? call.fail('has a limit that is no number')
    : call.add('clamp', limits, [x]);
};

/** Before version 13 all axes from `axis` on were one. */
export const softmax =
  (kind: 'softmax' | 'log_softmax'): Operator =>
  (call) => {
    const x = call.computed(0);
    const dim = call.axis(call.int('axis', call.opset < 13 ? 1 : -1), x.shape.length);
    if (call.opset >= 13 || x.shape.slice(dim + 1).every((size) => size === 1))
      return call.add(kind, { dim }, [x]);
    const flat = call.add('flatten', { start_dim: dim }, [x]);
    const scores = call.add(kind, { dim }, flat);
    return call.add('reshape', { shape: x.shape.slice(dim), start_dim: dim }, scores);
  };

export const gelu: Operator = (call) =>
  call.add('gelu', { approximate: call.text('approximate', 'none') === 'tanh' ? 'tanh' : 'none' }, [
    call.computed(0),
  ]);

export const dropout: Operator = (call) => {
  const p = call.attribute('ratio').float ?? call.numbers(1)?.[0] ?? 0.5;
  return call.add('dropout', { p: p >= 0 && p <= 1 ? p : 0.5 }, [call.computed(0)]);
};
