import { expect, test } from 'vitest';
import { analyzeSpec, withLayers } from './analyze-spec.ts';

test('a chain of 20,000 layers', () => {
  const layers = '  - conv2d: {out_channels: 4, kernel_size: 1}\n  - relu\n'.repeat(10_000);
  const analysis = analyzeSpec(withLayers(layers));
  expect(analysis.layers.at(-1)!.path).toBe('relu10000');
  expect(analysis.totals.params).toBe(10_000 * 20);
  expect(analysis.model.weightLayers).toBe(10_000);
});

test('20,000 branches of one layer', () => {
  const branches = Array.from({ length: 20_000 }, () => '[relu]').join(', ');
  const analysis = analyzeSpec(withLayers(`  - concat: [${branches}]\n`));
  expect(analysis.layers.at(-1)!.outputShape).toEqual([1, 80_000, 16, 16]);
});

test('20,000 aliases of one anchor, and of 20,000', () => {
  const one = '  - relu: &a {inplace: true}\n' + '  - relu: *a\n'.repeat(20_000);
  expect(analyzeSpec(withLayers(one)).layers).toHaveLength(20_001);
  const many = Array.from({ length: 10_000 }, (_, i) => `  - relu: &a${i} {}\n  - relu: *a${i}\n`).join('');
  expect(analyzeSpec(withLayers(many)).layers).toHaveLength(20_000);
});

test('20,000 layers that each refer to an earlier one by name', () => {
  const layers = Array.from(
    { length: 20_000 },
    (_, i) => `  - relu: {}\n    name: l${i}\n    from: ${i === 0 ? 'input' : `l${i - 1}`}\n`,
  );
  expect(analyzeSpec(withLayers(layers.join(''))).layers.at(-1)!.inputs).toEqual(['l19998']);
});
