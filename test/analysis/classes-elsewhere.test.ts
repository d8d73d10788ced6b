import { expect, test } from 'vitest';
import { analyze } from '../../src/analysis/analyze.ts';
import { parseSpec } from '../../src/arch/spec/spec.ts';

const warned = (layers: string) =>
  analyze(parseSpec(`input: [3, 8, 8]\nclasses: 10\nlayers:\n${layers}`, 'net.yaml')).warnings;

const CONV = '  - conv2d: {out_channels: 10, kernel_size: 1}\n';

test('points out class scores that are not in dimension 1', () => {
  expect(warned(`${CONV}  - permute: {dims: [0, 2, 3, 1]}\n`)).toEqual([
    {
      code: 'classes-elsewhere',
      message:
        'conv1 gives 10 classes, but dimension 1 of the output 1×8×8×10 has 8: ' +
        'a loss looks for the class scores there',
    },
  ]);
});

test('says nothing of scores for every pixel', () => {
  expect(warned(CONV)).toEqual([]);
});
