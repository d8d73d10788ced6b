import { describe, expect, it } from 'vitest';
import { joinsBranches } from '../../src/layers/shared/inputs.ts';
import { layerKind, layerKinds } from '../../src/layers/registry.ts';
import { apply } from './apply.ts';

const image = [2, 6, 8, 8];
const pixels = 2 * 6 * 8 * 8;

/** What docs/layers.md promises, worked out by hand for two images of 6×8×8. */
const promised: Record<string, readonly (readonly [attributes: object, operations: number])[]> = {
  conv2d: [[{ out_channels: 4, kernel_size: 3 }, 0]],
  convtranspose2d: [[{ out_channels: 4, kernel_size: 3 }, 0]],
  linear: [[{ out_features: 4 }, 0]],
  relu: [[{}, pixels]],
  relu6: [[{}, pixels]],
  leaky_relu: [[{}, pixels]],
  gelu: [[{}, pixels]],
  silu: [[{}, pixels]],
  sigmoid: [[{}, pixels]],
  tanh: [[{}, pixels]],
  hardswish: [[{}, pixels]],
  hardsigmoid: [[{}, pixels]],
  softmax: [[{ dim: 1 }, 5 * pixels]],
  maxpool2d: [
    [{ kernel_size: 2 }, pixels],
    [{ kernel_size: 3, stride: 1, padding: 1 }, 9 * pixels],
  ],
  avgpool2d: [
    [{ kernel_size: 2 }, pixels],
    [{ kernel_size: [8, 4] }, pixels],
  ],
  // Three windows over eight pixels: 0–3, 2–6 and 5–8 hold 3 + 4 + 3.
  adaptive_maxpool2d: [
    [{ output_size: 1 }, pixels],
    [{ output_size: [3, 4] }, 2 * 6 * 10 * 8],
  ],
  adaptive_avgpool2d: [
    [{ output_size: [null, 2] }, pixels],
    [{ output_size: [3, 3] }, 2 * 6 * 10 * 10],
  ],
  batchnorm2d: [
    [{}, 2 * pixels],
    [{ affine: false }, 2 * pixels],
    [{ track_running_stats: false }, 5 * pixels],
    [{ track_running_stats: false, affine: false }, 4 * pixels],
  ],
  groupnorm: [
    [{ num_groups: 3 }, 5 * pixels],
    [{ num_groups: 3, affine: false }, 4 * pixels],
  ],
  layernorm: [
    [{}, 5 * pixels],
    [{ elementwise_affine: false }, 4 * pixels],
  ],
  local_response_norm: [[{ size: 5 }, 8 * pixels]],
  dropout: [[{}, 0]],
  stochastic_depth: [[{ p: 0.1, mode: 'row' }, 0]],
  flatten: [[{}, 0]],
  reshape: [[{ shape: [-1] }, 0]],
  channel_shuffle: [[{ groups: 2 }, 0]],
  identity: [[{}, 0]],
  add: [[{}, 2 * pixels]],
  mul: [[{ inplace: true }, 2 * pixels]],
  concat: [[{}, 0]],
  upsample: [
    [{ scale_factor: 2 }, 0],
    [{ scale_factor: 2, mode: 'nearest-exact' }, 0],
    [{ scale_factor: 2, mode: 'bilinear' }, 4 * 4 * pixels],
    [{ size: 4, mode: 'bicubic' }, (16 * pixels) / 4],
  ],
  zeropad2d: [[{ padding: 1 }, 0]],
};

describe('element-wise operations', () => {
  it('are stated here for every kind', () => {
    expect(Object.keys(promised).toSorted()).toEqual([...layerKinds.keys()].toSorted());
  });

  const cases = Object.entries(promised).flatMap(([kind, calls]) =>
    calls.map(([attributes, operations]) => [kind, attributes, operations] as const),
  );
  it.each(cases)('%s %j', (kind, attributes, operations) => {
    const layer = layerKind(kind);
    const inputs = joinsBranches(layer) ? [image, image, image] : [image];
    expect(apply(layer, attributes, inputs).elementwise).toBe(operations);
  });
});
