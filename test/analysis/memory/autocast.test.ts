import { expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { parseSpec } from '../../../src/arch/spec/spec.ts';

// PyTorch 2.13 under CUDA's autocast, three examples.
test.each([
  ['groupnorm: {num_groups: 4}', 128_000, 90_624],
  ['softmax: {dim: 1}', 124_928, 88_576],
])('what %s keeps outlives the cast of a view of its result', (layer, peakBytes, endOfForwardBytes) => {
  const graph = parseSpec(
    'input: [5, 14, 11]\nlayers:\n  - conv2d: {out_channels: 8, kernel_size: 3, padding: 1}\n' +
      `  - ${layer}\n  - flatten\n  - linear: {out_features: 6}\n`,
    'net.yaml',
  );
  const { training } = analyze(graph, { input: [3, 5, 14, 11], dtype: 'amp' }).memory;
  expect(training).toMatchObject({ peakBytes, endOfForwardBytes });
});
