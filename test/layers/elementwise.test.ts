import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { elements } from '../../src/core/arithmetic.ts';
import { joinsBranches } from '../../src/layers/shared/inputs.ts';
import { layerKind, layerKinds } from '../../src/layers/registry.ts';
import { apply } from './apply.ts';

const image = [2, 6, 8, 8];
const pixels = 2 * 6 * 8 * 8;

/** What docs/layers.md promises in words, worked out by hand for two images of 6×8×8. */
const promised: Record<string, readonly (readonly [attributes: object, operations: number])[]> = {
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
  add: [[{}, 2 * pixels]],
  mul: [[{ inplace: true }, 2 * pixels]],
  upsample: [
    [{ scale_factor: 2 }, 0],
    [{ scale_factor: 2, mode: 'nearest-exact' }, 0],
    [{ scale_factor: 2, mode: 'bilinear' }, 4 * 4 * pixels],
    [{ size: 4, mode: 'bicubic' }, (16 * pixels) / 4],
  ],
};

/** The last column of the kind's row in docs/layers.md. */
function documented(kind: string): string | undefined {
  const row = docs.split('\n').find((line) => line.startsWith(`| \`${kind}\` |`));
  return row?.split('|').at(-2)?.trim();
}
const docs = readFileSync(new URL('../../docs/layers.md', import.meta.url), 'utf8');

const recorded = (kind: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/layers/${kind}.json`, import.meta.url), 'utf8')) as {
    readonly cases: readonly { readonly attributes: object; readonly inputs: readonly number[][] }[];
  };

describe('element-wise operations', () => {
  const cases = Object.entries(promised).flatMap(([kind, calls]) =>
    calls.map(([attributes, operations]) => [kind, attributes, operations] as const),
  );
  test.each(cases)('%s %j', (kind, attributes, operations) => {
    const layer = layerKind(kind);
    const inputs = joinsBranches(layer) ? [image, image, image] : [image];
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
