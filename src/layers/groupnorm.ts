import * as z from 'zod/mini';
import { flag, integer } from './shared/attributes.ts';
import { checkChannels, checkDivides } from './shared/channels.ts';
import { checkRank } from './shared/dimension.ts';
import { scaleAndShift } from './shared/initialization.ts';
import { defineLayer } from './layer.ts';
import {
  checkStatistics,
  epsilon,
  given,
  normalizationOperations,
  thinDeclared,
} from './shared/normalization.ts';
import { elements } from '../core/arithmetic.ts';
import { normalizeGroups } from './shared/onnx/normalization.ts';

const attributes = z.strictObject({
  num_groups: integer(1),
  num_channels: z.optional(integer(1)),
  eps: epsilon,
  affine: flag(true),
  /** False keeps the scale alone. */
  bias: flag(true),
});

/** Normalizes groups of channels of each image. Source: torch.nn.GroupNorm. */
export const groupnorm = defineLayer({
  kind: 'groupnorm',
  family: 'norm',
  stem: 'gn',
  attributes,
  shape({ attributes: a, inputs }) {
    const input = inputs[0];
    checkRank('groupnorm', input, 2);
    const channels = input[1]!;
    checkChannels(a.num_channels, channels, 'num_channels');
    checkDivides(a.num_groups, channels, 'num_groups');
    checkStatistics('groupnorm', input, a.num_groups);
    return input;
  },
  weights: ({ attributes: a, inputs: [x] }) => scaleAndShift([x[1]!], { scale: a.affine, shift: a.bias }),
  elementwise: ({ attributes: a, output }) => normalizationOperations(output, a.affine),
  thin: (a, thinning) => ({
    attributes: { ...a, num_channels: thinDeclared(a.num_channels, thinning) },
    thinned: thinning.inputThinned,
  }),
  onnx(g, { attributes: a, inputs: [x], weights: { weight, bias }, output }) {
    const [n, c, ...rest] = output;
    const grouped = [n!, a.num_groups, elements(output) / (n! * a.num_groups)];
    const shape = [c!, ...rest.map(() => 1)];
    return normalizeGroups(g, x, { grouped, axes: [2], eps: a.eps }, { weight, bias, shape });
  },
  execute: (operators, { attributes: a, inputs: [x], weights: { weight, bias }, output }) =>
    operators.run({
      inputs: given(x, weight, bias),
      output,
      saves: given(x, weight),
      layout: 'contiguous',
      // Mean and inverse deviation of each group of each image.
      byproducts: [{ shape: [output[0]!, a.num_groups] }, { shape: [output[0]!, a.num_groups] }],
      autocast: 'float32',
    }),
});
