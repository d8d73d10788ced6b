import { describe, expect, test } from 'vitest';
import { VggError } from '../../src/core/errors/error.ts';
import { layerKind } from '../../src/layers/registry.ts';
import { apply } from './apply.ts';

const image = [2, 6, 13, 17];
const features = [2, 10];

type Row = readonly [
  kind: string,
  attributes: object,
  inputs: readonly (readonly number[])[],
  code: string,
  line: string,
];

/** Every way in which a call with well-formed attributes can fail, in the words that the user reads. */
const rows: readonly Row[] = [
  [
    'conv2d',
    { in_channels: 4, out_channels: 8, kernel_size: 3 },
    [image],
    'channels-mismatch',
    'it expects 4 input channels, the layers before it give 6 (set in_channels to 6 or leave it out)',
  ],
  [
    'convtranspose2d',
    { in_channels: 4, out_channels: 8, kernel_size: 3 },
    [image],
    'channels-mismatch',
    'it expects 4 input channels, the layers before it give 6 (set in_channels to 6 or leave it out)',
  ],
  [
    'batchnorm2d',
    { num_features: 7 },
    [image],
    'channels-mismatch',
    'it expects 7 input channels, the layers before it give 6 (set num_features to 6 or leave it out)',
  ],
  [
    'groupnorm',
    { num_groups: 2, num_channels: 8 },
    [image],
    'channels-mismatch',
    'it expects 8 input channels, the layers before it give 6 (set num_channels to 6 or leave it out)',
  ],
  [
    'linear',
    { in_features: 25088, out_features: 10 },
    [features],
    'features-mismatch',
    'block linear expects 25088 input features, the layers before it give 10 (set in_features to 10, leave it ' +
      'out, or give the input size that the head was made for)',
  ],
  ...(['conv2d', 'convtranspose2d'] as const).flatMap((kind): Row[] => [
    [
      kind,
      { out_channels: 8, kernel_size: 3, groups: 4 },
      [image],
      'groups-do-not-divide',
      'groups=4 does not divide the 6 input channels (choose groups that divide both channel counts)',
    ],
    [
      kind,
      { out_channels: 8, kernel_size: 3, groups: 3 },
      [image],
      'groups-do-not-divide',
      'groups=3 does not divide the 8 output channels (choose groups that divide both channel counts)',
    ],
  ]),
  [
    'groupnorm',
    { num_groups: 4 },
    [image],
    'groups-do-not-divide',
    'num_groups=4 does not divide the 6 channels (choose groups that divide them)',
  ],
  [
    'channel_shuffle',
    { groups: 4 },
    [image],
    'groups-do-not-divide',
    'groups=4 does not divide the 6 channels (choose groups that divide them)',
  ],
  [
    'conv2d',
    { out_channels: 8, kernel_size: 3, stride: [1, 2], padding: 'same' },
    [image],
    'same-padding-with-stride',
    "padding 'same' needs stride 1, not 1×2 (give the padding as a number; for what TensorFlow makes of it put " +
      'zeropad2d: {padding: [1, 1, 1, 1]} before it and leave its padding out)',
  ],
  [
    'conv2d',
    { out_channels: 8, kernel_size: 15 },
    [image],
    'window-too-large',
    'the window of 15×15 pixels is larger than its input of 13×17 ' +
      '(give a larger --input, a smaller kernel or dilation, or more padding)',
  ],
  [
    'conv2d',
    { out_channels: 8, kernel_size: 3, dilation: [8, 1], padding: 1 },
    [image],
    'window-too-large',
    'the window of 17×3 pixels is larger than its input of 13×17 (15×19 with padding) ' +
      '(give a larger --input, a smaller kernel or dilation, or more padding)',
  ],
  ...(['maxpool2d', 'avgpool2d'] as const).flatMap((kind): Row[] => [
    [
      kind,
      { kernel_size: 14 },
      [image],
      'window-too-large',
      'the window of 14×14 pixels is larger than its input of 13×17 ' +
        '(give a larger --input, a smaller kernel or dilation, or more padding)',
    ],
    [
      kind,
      { kernel_size: [4, 3], padding: [2, 2] },
      [image],
      'padding-over-half-kernel',
      'the padding 2×2 is more than half of the 4×3 window (a pooling window must reach into the image)',
    ],
  ]),
  [
    'convtranspose2d',
    { out_channels: 8, kernel_size: 3, stride: 2, output_padding: [1, 2] },
    [image],
    'output-padding-too-large',
    'the output_padding 1×2 must be smaller than the stride 2×2 or the dilation 1×1 ' +
      '(it only chooses between the sizes that a stride makes ambiguous)',
  ],
  [
    'convtranspose2d',
    { out_channels: 8, kernel_size: 1, padding: [7, 0] },
    [image],
    'output-collapses',
    'an input of 13×17 would give an output of -1×17 (give a larger --input, or less that takes away from it)',
  ],
  [
    'convtranspose2d',
    { out_channels: 8, kernel_size: 2 ** 31 - 1, dilation: 2 ** 31 - 1 },
    [image],
    'too-large',
    'the size of an output passes 2^53 and could not be exact (use a smaller batch or input)',
  ],
  [
    'zeropad2d',
    { padding: [0, 0, -6, -7] },
    [image],
    'output-collapses',
    'an input of 13×17 would give an output of 0×17 (give a larger --input, or less that takes away from it)',
  ],
  [
    'upsample',
    { scale_factor: 0.06 },
    [image],
    'output-collapses',
    'an input of 13×17 would give an output of 0×1 (give a larger --input, or less that takes away from it)',
  ],
  [
    'upsample',
    {},
    [image],
    'size-or-scale-factor',
    'upsample takes size or scale_factor, not neither (add scale_factor: 2)',
  ],
  [
    'upsample',
    { size: 26, scale_factor: 2 },
    [image],
    'size-or-scale-factor',
    'upsample takes size or scale_factor, not both (leave one out)',
  ],
  [
    'upsample',
    { scale_factor: 2, align_corners: false },
    [image],
    'align-corners-without-interpolation',
    "align_corners has no meaning with mode 'nearest' (leave it out, or choose the mode bilinear or bicubic)",
  ],
  [
    'batchnorm2d',
    { track_running_stats: false },
    [[1, 6, 1, 1]],
    'one-value-to-normalize',
    'batchnorm2d takes means of single values: 1×6×1×1 comes in ' +
      '(give a larger batch or image, or fewer groups; at inference running statistics do as well)',
  ],
  [
    'batchnorm2d',
    { track_running_stats: false, eps: 0 },
    [image],
    'bad-attribute',
    'batchnorm2d: eps must be more than 0 without running statistics, not 0',
  ],
  [
    'groupnorm',
    { num_groups: 6 },
    [[1, 6]],
    'one-value-to-normalize',
    'groupnorm takes means of single values: 1×6 comes in ' +
      '(give a larger batch or image, or fewer groups; at inference running statistics do as well)',
  ],
  [
    'layernorm',
    { normalized_shape: [13, 16] },
    [image],
    'normalized-shape-mismatch',
    'layernorm expects 13×16 in the last dimensions, but 2×6×13×17 comes in ' +
      '(set normalized_shape to [13, 17] or leave it out)',
  ],
  [
    'local_response_norm',
    { size: 5 },
    [features],
    'too-few-dimensions',
    'local_response_norm needs at least 3 dimensions, but 2×10 comes in (move it before the flatten)',
  ],
  [
    'channel_shuffle',
    { groups: 2 },
    [features],
    'too-few-dimensions',
    'channel_shuffle needs at least 3 dimensions, but 2×10 comes in (move it before the flatten)',
  ],
  [
    'softmax',
    { dim: 2 },
    [features],
    'no-such-dimension',
    '2×10 has no dimension 2 (dim goes from -2 to 1; 0 is the batch, 1 the channels)',
  ],
  [
    'concat',
    { dim: -5 },
    [image, image],
    'no-such-dimension',
    '2×6×13×17 has no dimension -5 (dim goes from -4 to 3; 0 is the batch, 1 the channels)',
  ],
  [
    'flatten',
    { start_dim: 2, end_dim: 1 },
    [image],
    'bad-flatten',
    'cannot flatten dimensions 2 to 1 of 2×6×13×17',
  ],
  [
    'reshape',
    { shape: [7, -1] },
    [image],
    'bad-reshape',
    'cannot reshape 6×13×17 to 7×-1 (the sizes leave the batch out, must hold as many elements, and -1 may stand ' +
      'for one of them)',
  ],
  [
    'add',
    {},
    [image, [2, 6, 13, 16]],
    'shapes-do-not-join',
    'add cannot join 2×6×13×17 and 2×6×13×16 ' +
      '(sizes must be equal or 1: give the branches the same channels and strides)',
  ],
  [
    'mul',
    {},
    [image, image, features],
    'shapes-do-not-join',
    'mul cannot join 2×6×13×17 and 2×6×13×17 and 2×10 ' +
      '(sizes must be equal or 1: give the branches the same channels and strides)',
  ],
  [
    'concat',
    {},
    [image, [2, 3, 6, 8]],
    'shapes-do-not-join',
    'concat cannot join 2×6×13×17 and 2×3×6×8 along dimension 1 ' +
      '(every other dimension must be equal: give the branches the same strides and padding)',
  ],
  [
    'add',
    {},
    [image],
    'takes-several-inputs',
    'add takes two or more inputs, not 1 (name the branches that it joins)',
  ],
  [
    'mul',
    { inplace: true },
    [[2, 6, 1, 1], image],
    'inplace-cannot-grow',
    'an in-place mul cannot turn its first input 2×6×1×1 into 2×6×13×17 ' +
      '(put the larger branch first, or leave inplace out)',
  ],
  ...(
    [
      ['conv2d', { out_channels: 8, kernel_size: 3 }],
      ['convtranspose2d', { out_channels: 8, kernel_size: 3 }],
      ['maxpool2d', { kernel_size: 2 }],
      ['avgpool2d', { kernel_size: 2 }],
      ['adaptive_maxpool2d', { output_size: 1 }],
      ['adaptive_avgpool2d', { output_size: 1 }],
      ['batchnorm2d', {}],
      ['upsample', { scale_factor: 2 }],
      ['zeropad2d', { padding: 1 }],
    ] as const
  ).map(([kind, attributes]): Row => [
    kind,
    attributes,
    [features],
    'not-an-image',
    `${kind} takes N×C×H×W, but 2×10 comes in (move it before the flatten)`,
  ]),
  [
    'conv2d',
    { out_channels: 2 ** 31 - 1, kernel_size: 1 },
    [[2 ** 20, 2 ** 20, 4, 4]],
    'too-large',
    'the number of elements of a tensor passes 2^53 and could not be exact (use a smaller batch or input)',
  ],
];

describe('a call that does not fit', () => {
  test.each(rows)('%s %j of %j: %s', (kind, attributes, inputs, code, line) => {
    let found: unknown;
    try {
      apply(layerKind(kind), attributes, inputs);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(VggError);
    const { code: itsCode, line: itsLine } = found as VggError;
    expect({ code: itsCode, line: itsLine }).toEqual({ code, line });
  });
});

test('an error of a join carries the shapes and the dimension', () => {
  try {
    apply(layerKind('concat'), { dim: 2 }, [image, [2, 3, 13, 17]]);
    expect.unreachable();
  } catch (error) {
    expect((error as VggError).args).toEqual({
      kind: 'concat',
      shapes: [image, [2, 3, 13, 17]],
      dim: 2,
    });
  }
});

test('an unknown kind brings the nearest ones, whatever it is called', () => {
  const line = (name: string) => {
    try {
      return layerKind(name).kind;
    } catch (error) {
      return (error as VggError).line;
    }
  };
  expect(line('conv2')).toBe("unknown layer kind 'conv2' (did you mean conv2d?)");
  expect(line('BatchNorm2d')).toBe("unknown layer kind 'BatchNorm2d' (did you mean batchnorm2d?)");
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty', '']) {
    expect(line(name)).toContain(`unknown layer kind '${name}'`);
  }
});
