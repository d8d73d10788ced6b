import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { elements } from '../../src/core/arithmetic.ts';
import { joinsBranches } from '../../src/layers/shared/inputs.ts';
import { layerKind, layerKinds } from '../../src/layers/registry.ts';
import { apply } from './apply.ts';
import { rowsOf } from './documentation.ts';
import { gridOf, positionsOf } from './from-schema.ts';

const image = [2, 6, 8, 8];
const pixels = 2 * 6 * 8 * 8;
const sequence = [2, 6, 8];
const volume = [2, 6, 8, 8, 8];

type Promised = readonly [attributes: object, operations: number, input?: readonly number[]];

/** Of one, two and three dimensions alike, by what comes in. */
function ranks(
  kind: string,
  calls: (size: number, rank: number) => readonly Promised[],
): Record<string, readonly Promised[]> {
  return Object.fromEntries(
    [sequence, image, volume].map((input, i) => [
      `${kind}${i + 1}d`,
      calls(
        input.reduce((a, b) => a * b),
        i + 1,
      ).map(([attributes, operations]) => [attributes, operations, input] as const),
    ]),
  );
}

/** What docs/layers.md promises in words, worked out by hand for two images of 6×8×8, or two of another rank. */
const promised: Record<string, readonly Promised[]> = {
  ...ranks('maxpool', (size, rank) => [
    [{ kernel_size: 2 }, size],
    [{ kernel_size: 3, stride: 1, padding: 1 }, 3 ** rank * size],
  ]),
  ...ranks('avgpool', (size, rank) => [
    [{ kernel_size: 2 }, size],
    [{ kernel_size: Array.from({ length: rank }, (_, axis) => 8 / 2 ** axis) }, size],
  ]),
  // Three windows over eight pixels: 0–3, 2–6 and 5–8 hold 3 + 4 + 3.
  ...ranks('adaptive_maxpool', (size, rank) => [
    [{ output_size: 1 }, size],
    [{ output_size: [3, 4, 8].slice(0, rank) }, 2 * 6 * 10 * 8 ** (rank - 1)],
  ]),
  ...ranks('adaptive_avgpool', (size, rank) => [
    [{ output_size: 4 }, size],
    [{ output_size: 3 }, 2 * 6 * 10 ** rank],
  ]),
  // 2 sequences, 3 heads, 7 steps by 7.
  multihead_attention: [[{ embed_dim: 6, num_heads: 3, batch_first: true }, 6 * 2 * 3 * 7 * 7, [2, 7, 6]]],
  scaled_dot_product_attention: [[{}, 6 * 2 * 6 * 8 * 8]],
  // Of 6×8 pixels 2 images are 2 by 2 windows, with 2 heads and 12 pixels by 12.
  shifted_window_attention: [
    [{ window_size: [3, 4], shift_size: [0, 0], num_heads: 2 }, 7 * 2 * 4 * 2 * 12 * 12],
    [{ window_size: [3, 4], shift_size: [1, 0], num_heads: 2 }, 8 * 2 * 4 * 2 * 12 * 12],
  ],
  shifted_window_attention_v2: [
    [{ window_size: [3, 4], shift_size: [0, 0], num_heads: 2 }, 7 * 2 * 4 * 2 * 12 * 12],
  ],
  // Each element that comes in is added once.
  mean: [
    [{ dim: [2, 3] }, pixels],
    [{ dim: 1, keepdim: true }, pixels],
  ],
  sum: [
    [{}, pixels],
    [{ dim: -1 }, pixels],
  ],
  ...Object.fromEntries(
    ['amax', 'amin', 'max', 'min', 'argmax'].map((kind) => [kind, [[{ dim: 2 }, pixels]] as const]),
  ),
  topk: [[{ k: 3 }, pixels]],
  // 2 sequences of 6 channels are 3 of 2 pixels; 8 patches of 2 lie in 9.
  fold: [[{ output_size: [9, 1], kernel_size: [2, 1] }, 2 * 6 * 8, sequence]],
  var: [[{ dim: [2, 3] }, 4 * pixels]],
  std: [[{}, 4 * pixels]],
  norm: [[{ dim: 1, keepdim: true }, 2 * pixels]],
  // Along two letters one tensor adds up alone; without a common letter that goes there are only products.
  einsum: [
    [{ equation: 'abcd->ab' }, pixels],
    [{ equation: 'abcd->dcba' }, 0],
  ],
  // 13, 11 and 2 for each of 5 hidden units in 7 steps of 2 sequences; twice as many in both directions or two layers.
  lstm: [
    [{ hidden_size: 5 }, 13 * 5 * 14, [7, 2, 6]],
    [{ hidden_size: 5, bidirectional: true, proj_size: 2 }, 2 * 13 * 5 * 14, [7, 2, 6]],
  ],
  gru: [
    [{ hidden_size: 5 }, 11 * 5 * 14, [7, 2, 6]],
    [{ hidden_size: 5, num_layers: 2, batch_first: true }, 2 * 11 * 5 * 14, [7, 2, 6]],
  ],
  rnn: [[{ hidden_size: 5, nonlinearity: 'relu' }, 2 * 5 * 14, [7, 2, 6]]],
  ...ranks('batchnorm', (size) => [
    [{}, 2 * size],
    [{ affine: false }, 2 * size],
    [{ track_running_stats: false }, 5 * size],
    [{ track_running_stats: false, affine: false }, 4 * size],
  ]),
  ...ranks('instancenorm', (size) => [
    [{}, 4 * size],
    [{ affine: true }, 5 * size],
    [{ track_running_stats: true }, 2 * size],
    [{ track_running_stats: true, affine: true }, 2 * size],
  ]),
  groupnorm: [
    [{ num_groups: 3 }, 5 * pixels],
    [{ num_groups: 3, affine: false }, 4 * pixels],
  ],
  layernorm: [
    [{}, 5 * pixels],
    [{ elementwise_affine: false }, 4 * pixels],
  ],
  rms_norm: [
    [{}, 4 * pixels],
    [{ elementwise_affine: false }, 3 * pixels],
  ],
  local_response_norm: [[{ size: 5 }, 8 * pixels]],
  add: [[{}, 2 * pixels]],
  mul: [[{ inplace: true }, 2 * pixels]],
  grid_sample: [
    [{}, 4 * 2 * 6 * 5 * 4],
    [{ mode: 'nearest' }, 0],
    [{ mode: 'bicubic' }, 16 * 2 * 6 * 5 * 4],
  ],
  upsample: [
    [{ scale_factor: 2 }, 0],
    [{ scale_factor: 2, mode: 'nearest-exact' }, 0],
    [{ scale_factor: 2, mode: 'linear' }, 2 * 2 * 2 * 6 * 8, sequence],
    [{ scale_factor: 2, mode: 'trilinear' }, 8 * 8 * 2 * 6 * 8 ** 3, volume],
    [{ scale_factor: 2, mode: 'bilinear' }, 4 * 4 * pixels],
    [{ size: 4, mode: 'bicubic' }, (16 * pixels) / 4],
  ],
};

/** The last column of the kind's row in docs/layers.md. */
const documented = (kind: string): string | undefined => rowsOf(kind)[0]?.at(-1);

const recorded = (kind: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/layers/${kind}.json`, import.meta.url), 'utf8')) as {
    readonly cases: readonly { readonly attributes: object; readonly inputs: readonly number[][] }[];
  };

describe('element-wise operations', () => {
  const cases = Object.entries(promised).flatMap(([kind, calls]) =>
    calls.map(([attributes, operations, input = image]) => [kind, attributes, operations, input] as const),
  );
  test.each(cases)('%s %j', (kind, attributes, operations, input) => {
    const layer = layerKind(kind);
    const positions = positionsOf(kind, attributes) ?? gridOf(kind, input);
    const inputs =
      joinsBranches(layer) || layer.takes?.least === 3
        ? [input, input, input]
        : [input, ...(positions ? [positions] : [])];
    expect(apply(layer, attributes, inputs).elementwise).toBe(operations);
  });

  const plain = [...layerKinds.keys()].filter((kind) => !(kind in promised));
  test.each(plain)('%s: the documented number for each element of the output', (kind) => {
    expect(documented(kind)).toMatch(/^\d+$/);
    const layer = layerKind(kind);
    for (const { attributes, inputs } of recorded(kind).cases) {
      const { output, elementwise } = apply(layer, attributes, inputs);
      expect(elementwise).toBe(Number(documented(kind)) * elements(output));
    }
  });
});
