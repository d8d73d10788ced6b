import { describe, expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { parseSpec } from '../../src/arch/spec/spec.ts';

const spec = (after: string) =>
  `input: [3, 32, 32]\nlayers:\n` +
  `  - conv2d: {out_channels: 16, kernel_size: 3, padding: 1}\n  - relu\n  - maxpool2d: {kernel_size: 2}\n${after}`;

const warned = (after: string) => analyze(parseSpec(spec(after), 'net.yaml')).warnings;

const LINEAR = '  - linear: {out_features: 10}\n';

describe('a flatten that is missing before the last linear layer', () => {
  test('is pointed out, with the axis that the layer works on', () => {
    expect(warned(LINEAR)).toEqual([
      {
        code: 'flatten-missing',
        message:
          'fc1 reads a feature map, 16×16×16, and works on its last axis of 16: ' +
          'the class scores are not in dimension 1; put a flatten before it',
      },
    ]);
    expect(warned(`  - dropout\n${LINEAR}`)).toHaveLength(1);
  });

  test.each([
    ['is there', `  - flatten\n${LINEAR}`],
    ['comes after a layer that mixes columns', `${LINEAR}  - flatten\n`],
    ['is not meant, the channels being last', `  - permute: {dims: [0, 2, 3, 1]}\n${LINEAR}`],
  ])('is not where it %s', (_, after) => {
    expect(warned(after)).toEqual([]);
  });
});
