import { VggError } from '../core/errors/error.ts';
import { nearest } from '../core/nearest.ts';
import { abs } from './abs.ts';
import { adaptive_avgpool1d, adaptive_avgpool2d, adaptive_avgpool3d } from './adaptive_avgpool.ts';
import { adaptive_maxpool1d, adaptive_maxpool2d, adaptive_maxpool3d } from './adaptive_maxpool.ts';
import { add } from './add.ts';
import { arithmetic } from './arithmetic.ts';
import { avgpool1d, avgpool2d, avgpool3d } from './avgpool.ts';
import { batchnorm1d, batchnorm2d, batchnorm3d } from './batchnorm.ts';
import { buffer } from './buffer.ts';
import { celu } from './celu.ts';
import { channel_shuffle } from './channel_shuffle.ts';
import { chunk } from './chunk.ts';
import { circularpad1d, circularpad2d, circularpad3d } from './circularpad.ts';
import { clamp } from './clamp.ts';
import { concat } from './concat.ts';
import { constant } from './constant.ts';
import { constantpad1d, constantpad2d, constantpad3d } from './constantpad.ts';
import { contiguous } from './contiguous.ts';
import { conv1d, conv2d, conv3d } from './conv.ts';
import { convtranspose1d, convtranspose2d, convtranspose3d } from './convtranspose.ts';
import { div } from './div.ts';
import { dropout, dropout1d, dropout2d, dropout3d } from './dropout.ts';
import { elu } from './elu.ts';
import { embedding } from './embedding.ts';
import { exp } from './exp.ts';
import { flatten } from './flatten.ts';
import { foreign } from './foreign.ts';
import { gelu } from './gelu.ts';
import { glu } from './glu.ts';
import { groupnorm } from './groupnorm.ts';
import { gru } from './gru.ts';
import { hardsigmoid } from './hardsigmoid.ts';
import { hardswish } from './hardswish.ts';
import { hardtanh } from './hardtanh.ts';
import { identity } from './identity.ts';
import { index } from './index.ts';
import { instancenorm1d, instancenorm2d, instancenorm3d } from './instancenorm.ts';
import type { LayerKind } from './layer.ts';
import { layernorm } from './layernorm.ts';
import { leaky_relu } from './leaky_relu.ts';
import { linear } from './linear.ts';
import { local_response_norm } from './local_response_norm.ts';
import { log } from './log.ts';
import { log_softmax } from './log_softmax.ts';
import { logsigmoid } from './logsigmoid.ts';
import { lstm } from './lstm.ts';
import { matmul } from './matmul.ts';
import { maxpool1d, maxpool2d, maxpool3d } from './maxpool.ts';
import { mish } from './mish.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { pad } from './pad.ts';
import { parameter } from './parameter.ts';
import { expand } from './expand.ts';
import { mean } from './mean.ts';
import { pow } from './pow.ts';
import { select } from './select.ts';
import { slice } from './slice.ts';
import { sqrt } from './sqrt.ts';
import { squeeze } from './squeeze.ts';
import { stack } from './stack.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';
import { unsqueeze } from './unsqueeze.ts';
import { multihead_attention } from './multihead_attention.ts';
import { scaled_dot_product_attention } from './scaled_dot_product_attention.ts';
import { patch_merging_pad } from './patch_merging_pad.ts';
import { permute } from './permute.ts';
import { prelu } from './prelu.ts';
import { reflectionpad1d, reflectionpad2d, reflectionpad3d } from './reflectionpad.ts';
import { relu } from './relu.ts';
import { relu6 } from './relu6.ts';
import { replicationpad1d, replicationpad2d, replicationpad3d } from './replicationpad.ts';
import { reshape } from './reshape.ts';
import { rnn } from './rnn.ts';
import { roll } from './roll.ts';
import { rrelu } from './rrelu.ts';
import { selu } from './selu.ts';
import { shifted_window_attention } from './shifted_window_attention.ts';
import { shifted_window_attention_v2 } from './shifted_window_attention_v2.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { softsign } from './softsign.ts';
import { split } from './split.ts';
import { stochastic_depth } from './stochastic_depth.ts';
import { tanh } from './tanh.ts';
import { threshold } from './threshold.ts';
import { transpose } from './transpose.ts';
import { upsample } from './upsample.ts';
import { reciprocal } from './reciprocal.ts';
import { rsqrt } from './rsqrt.ts';
import { sin } from './sin.ts';
import { cos } from './cos.ts';
import { erf } from './erf.ts';
import { rsub } from './rsub.ts';
import { flip } from './flip.ts';
import { tile } from './tile.ts';
import { maximum } from './maximum.ts';
import { minimum } from './minimum.ts';
import { rms_norm } from './rms_norm.ts';
import { where } from './where.ts';
import { masked_fill } from './masked_fill.ts';
import { amax } from './amax.ts';
import { amin } from './amin.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { var as variance } from './var.ts';
import { std } from './std.ts';
import { norm } from './norm.ts';
import { normalize } from './normalize.ts';
import { cumsum } from './cumsum.ts';
import { argmax } from './argmax.ts';
import { topk } from './topk.ts';
import { one_hot } from './one_hot.ts';
import { pixel_shuffle } from './pixel_shuffle.ts';
import { pixel_unshuffle } from './pixel_unshuffle.ts';
import { unfold } from './unfold.ts';
import { fold } from './fold.ts';
import { einsum } from './einsum.ts';
import { grid_sample } from './grid_sample.ts';
import { zeropad1d, zeropad2d, zeropad3d } from './zeropad.ts';

/** Every layer kind, in the order of the documentation. Adding one: its file, and its line here. */
const kinds: readonly LayerKind[] = [
  conv1d,
  conv2d,
  conv3d,
  convtranspose1d,
  convtranspose2d,
  convtranspose3d,
  linear,
  matmul,
  einsum,
  embedding,
  multihead_attention,
  scaled_dot_product_attention,
  shifted_window_attention,
  shifted_window_attention_v2,
  rnn,
  lstm,
  gru,
  relu,
  relu6,
  leaky_relu,
  gelu,
  silu,
  sigmoid,
  tanh,
  hardswish,
  hardsigmoid,
  prelu,
  elu,
  selu,
  celu,
  mish,
  softplus,
  softsign,
  hardtanh,
  logsigmoid,
  threshold,
  rrelu,
  glu,
  softmax,
  log_softmax,
  exp,
  log,
  sqrt,
  rsqrt,
  reciprocal,
  sin,
  cos,
  erf,
  abs,
  neg,
  pow,
  clamp,
  maxpool1d,
  maxpool2d,
  maxpool3d,
  avgpool1d,
  avgpool2d,
  avgpool3d,
  adaptive_maxpool1d,
  adaptive_maxpool2d,
  adaptive_maxpool3d,
  adaptive_avgpool1d,
  adaptive_avgpool2d,
  adaptive_avgpool3d,
  batchnorm1d,
  batchnorm2d,
  batchnorm3d,
  instancenorm1d,
  instancenorm2d,
  instancenorm3d,
  groupnorm,
  layernorm,
  rms_norm,
  local_response_norm,
  normalize,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  stochastic_depth,
  flatten,
  reshape,
  permute,
  squeeze,
  unsqueeze,
  select,
  slice,
  expand,
  tile,
  transpose,
  contiguous,
  chunk,
  split,
  index,
  one_hot,
  roll,
  flip,
  channel_shuffle,
  pixel_shuffle,
  pixel_unshuffle,
  unfold,
  fold,
  patch_merging_pad,
  identity,
  parameter,
  buffer,
  constant,
  add,
  mul,
  sub,
  rsub,
  div,
  maximum,
  minimum,
  where,
  masked_fill,
  concat,
  stack,
  mean,
  sum,
  amax,
  amin,
  max,
  min,
  argmax,
  topk,
  variance,
  std,
  norm,
  cumsum,
  upsample,
  grid_sample,
  pad,
  zeropad1d,
  zeropad2d,
  zeropad3d,
  constantpad1d,
  constantpad2d,
  constantpad3d,
  reflectionpad1d,
  reflectionpad2d,
  reflectionpad3d,
  replicationpad1d,
  replicationpad2d,
  replicationpad3d,
  circularpad1d,
  circularpad2d,
  circularpad3d,
];

/** Kinds of nodes in files of other programs, which nobody writes in a spec. */
const foreignKinds: readonly LayerKind[] = [arithmetic, foreign];

/** A Map, so that names such as `constructor` are unknown like any other. */
export const layerKinds: ReadonlyMap<string, LayerKind> = new Map(kinds.map((kind) => [kind.kind, kind]));

/** Throws `unknown-kind` with the nearest names. */
export function layerKind(name: string): LayerKind {
  const kind = layerKinds.get(name) ?? foreignKinds.find((one) => one.kind === name);
  if (kind === undefined)
    throw new VggError('unknown-kind', { name, nearest: nearestKinds(name, layerKinds.keys()) });
  return kind;
}

/** Of these names the ones that a misspelled one most likely means; where it has a number of dimensions, with that. */
export function nearestKinds(name: string, among: Iterable<string>): string[] {
  const [rank] = /[123]/.exec(name) ?? [];
  const possible = [...among].filter((kind) => !rank || !/\dd$/.test(kind) || kind.endsWith(`${rank}d`));
  return nearest(name, possible);
}
