import { expect, test } from 'vitest';
import { parseSpec } from '../../src/arch/spec/spec.ts';
import { VggError } from '../../src/core/errors/error.ts';
import { resolve } from '../../src/graph/resolve.ts';

/** `depth` halvings, and back up, with a join at each level. */
const unet = (depth: number) => {
  const levels = Array.from({ length: depth }, (_, i) => i);
  const down = levels.flatMap((i) => [
    `  - conv2d: {out_channels: 4, kernel_size: 3, padding: 1}\n    name: down${i}`,
    '  - maxpool2d: {kernel_size: 2}',
  ]);
  const up = levels
    .toReversed()
    .flatMap((i) => [
      `  - convtranspose2d: {out_channels: 4, kernel_size: 2, stride: 2}\n    name: up${i}`,
      `  - concat: {}\n    from: [down${i}, up${i}]`,
    ]);
  return parseSpec(`input: [3, 64, 64]\nlayers:\n${[...down, ...up].join('\n')}\n`, 'net.yaml');
};

const refusal = (depth: number, side: number): VggError => {
  try {
    resolve(unet(depth), [1, 3, side, 64]);
  } catch (error) {
    if (error instanceof VggError) return error;
    throw error;
  }
  throw new Error('it was taken');
};

test.each([
  [1, 63, 2, 64],
  [2, 62, 4, 64],
  [4, 684, 16, 688],
  [5, 129, 32, 160],
])('%i halvings of %i need a multiple of %i, such as %i', (depth, side, multiple, nearest) => {
  expect(refusal(depth, side).line).toContain(
    `each side of the input must be a multiple of ${multiple}, as in 3x${nearest}x64`,
  );
  expect(resolve(unet(depth), [1, 3, nearest, 64]).nodes.length).toBeGreaterThan(0);
});

test('where no multiple helps, none is advised', () => {
  const graph = parseSpec(
    'input: [3, 8, 8]\nlayers:\n  - concat: [[relu], [{maxpool2d: {kernel_size: 2}}]]\n',
    'net.yaml',
  );
  expect(() => resolve(graph, [1, 3, 8, 8])).toThrow(
    expect.objectContaining({ code: 'shapes-do-not-join' }) as Error,
  );
});
