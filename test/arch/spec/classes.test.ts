import { describe, expect, test } from 'vitest';
import { analyze } from '../../../src/analysis/analyze.ts';
import { parseSpec } from '../../../src/arch/spec/spec.ts';
import { thin } from '../../../src/graph/thin.ts';
import { analyzeSpec, refusal } from './analyze-spec.ts';

const convolutional = (classes: string) =>
  `input: [4, 8, 8]\n${classes}layers:\n` +
  '  - conv2d: {out_channels: 8, kernel_size: 1}\n  - conv2d: {out_channels: 12, kernel_size: 1}\n' +
  '  - adaptive_avgpool2d: {output_size: 1}\n  - flatten\n';

describe('classes', () => {
  test('keep the last convolution as it is when the channels are divided', () => {
    const widths = (classes: string) =>
      analyze(thin(parseSpec(convolutional(classes), 'net.yaml'), 4)).layers.map(
        ({ outputShape }) => outputShape[1],
      );
    expect(widths('')).toEqual([2, 3, 3, 3]);
    expect(widths('classes: 12\n')).toEqual([2, 12, 12, 12]);
  });

  test('can be changed from outside', () => {
    const { layers } = analyzeSpec(convolutional('classes: 12\n'), 'net.yaml', { classes: 5 });
    expect(layers.map(({ outputShape }) => outputShape[1])).toEqual([8, 5, 5, 5]);
  });

  test.each([
    [
      'classes: 10\n',
      undefined,
      /^net.yaml:2:10: the spec says 10 classes, but its last weight layer conv2 gives 12/,
    ],
    ['', 5, /^net.yaml: --classes needs a spec that says how many classes it has/],
  ])('%j and %j are refused', (classes, wanted, line) => {
    expect(refusal(convolutional(classes), 'net.yaml', { classes: wanted })).toMatch(line);
  });

  test('need a layer that gives them', () => {
    expect(refusal('input: [4, 8, 8]\nclasses: 4\nlayers: [relu]\n')).toMatch(
      /^net.yaml:2:10: .* no convolution or linear/,
    );
  });
});
