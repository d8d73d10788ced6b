import * as z from 'zod/mini';
import { elements, product } from '../core/arithmetic.ts';
import { once } from '../core/once.ts';
import { flag, integer } from './shared/attributes.ts';
import { checkChannels } from './shared/channels.ts';
import { defineLayer } from './layer.ts';
import { scaleAndShift } from './shared/initialization.ts';
import {
  checkStatistics,
  epsilon,
  given,
  normalizationOperations,
  runningStatistics,
  thinDeclared,
} from './shared/normalization.ts';
import type { Operators, Value } from './shared/operators.ts';
import { mean } from './shared/onnx/arithmetic.ts';
import { normalizeGroups } from './shared/onnx/normalization.ts';
import { movedStatistics, normalizeByRunning } from './shared/onnx/running-statistics.ts';
import { spatial } from './shared/spatial.ts';
import { inShape } from './shared/view.ts';
import type { Rank } from './shared/window.ts';

const attributes = once(() =>
  z.strictObject({
    num_features: z.optional(integer(1)),
    eps: epsilon,
    /** null leaves the running statistics as they are. */
    momentum: z._default(z.nullable(z.number()), 0.1),
    affine: flag(false),
    track_running_stats: flag(false),
    /** False keeps the scale alone. */
    bias: flag(true),
  }),
);

/**
 * Normalizes each channel of each image by its own statistics, or at inference by tracked ones. Source:
 * torch.nn.InstanceNorm1d, InstanceNorm2d, InstanceNorm3d.
 */
function instancenorm(rank: Rank) {
  const kind = `instancenorm${rank}d`;
  return defineLayer({
    kind,
    family: 'norm',
    stem: 'in',
    get attributes() {
      return attributes();
    },
    shape({ attributes: a, inputs }) {
      const input = inputs[0];
      const [n, c] = spatial(input, kind, rank);
      checkChannels(a.num_features, c, 'num_features');
      if (!a.track_running_stats) checkStatistics(kind, input, n * c);
      return input;
    },
    weights({ attributes: a, inputs: [x] }) {
      const shape = [x[1]!];
      return {
        ...scaleAndShift(shape, { scale: a.affine, shift: a.bias }),
        ...runningStatistics(shape, a.track_running_stats),
      };
    },
    elementwise: ({ attributes: a, output }) =>
      a.track_running_stats
        ? product([elements(output), 2], 'the number of normalization operations')
        : normalizationOperations(output, a.affine),
    thin: (a, thinning) => ({
      attributes: { ...a, num_features: thinDeclared(a.num_features, thinning) },
      thinned: thinning.inputThinned,
    }),
    onnx(g, { attributes: a, inputs: [x], weights, output }) {
      const { weight, bias, running_mean, running_var } = weights;
      const [n, c, ...rest] = output as readonly [number, number, ...number[]];
      const count = elements(rest);
      const running = running_mean && running_var ? { running_mean, running_var } : undefined;
      if (!g.training && running) {
        return normalizeByRunning(g, x, a.eps, { weight, bias, ...running });
      }
      if (running) checkStatistics(kind, output, n * c);
      const groups = { grouped: [n, c, count], axes: [2], eps: a.eps };
      const affine = { weight, bias, shape: [c, ...rest.map(() => 1)] };
      const { statistics, ...result } = normalizeGroups(g, x, groups, affine);
      if (!running) return result;
      const ofBatch = {
        mean: mean(g, statistics.mean, [0]),
        variance: mean(g, statistics.variance, [0]),
      };
      return {
        ...result,
        mixesBatch: true,
        buffers: movedStatistics(g, a.momentum ?? 0, ofBatch, count, running),
      };
    },
    // A batch-norm of one image whose channels are those of all images, scale and shift repeated for each.
    execute(operators, { attributes: a, inputs: [x], weights, output }) {
      const [n, c, ...size] = output as readonly [number, number, ...number[]];
      const repeated = (weight: Value | undefined) => weight && repeat(operators, weight, n);
      const [weight, bias] = [repeated(weights.weight), repeated(weights.bias)];
      const [mean, variance] = [repeated(weights.running_mean), repeated(weights.running_var)];
      const image = inShape(operators, x, [1, n * c, ...size]);
      const ownStatistics = operators.training || !a.track_running_stats;
      if (ownStatistics) checkStatistics(kind, x.shape, n * c);
      const channels = { shape: [n * c], type: 'float32' } as const;
      const normal = operators.run({
        inputs: given(image, weight, bias, mean, variance),
        output: image.shape,
        saves: given(image, weight, mean, variance),
        // Mean and inverse deviation.
        byproducts: ownStatistics ? [channels, channels] : [],
        resultType: x.type,
      });
      // What is tracked is the mean over the images.
      for (const statistic of ownStatistics ? given(mean, variance) : []) {
        operators.release(operators.run({ inputs: [statistic], output: [c] }));
      }
      const result = inShape(operators, normal, output);
      for (const value of given(weight, bias, mean, variance, image, normal)) operators.release(value);
      return result;
    },
  });
}

export const instancenorm1d = instancenorm(1);
export const instancenorm2d = instancenorm(2);
export const instancenorm3d = instancenorm(3);

/** The weights of all images one after the other; the gradient is summed over them. */
const repeat = (operators: Operators, weight: Value, images: number): Value =>
  operators.run({
    inputs: [weight],
    output: [images * weight.shape[0]!],
    gradients: [images === 1 ? 'view' : 'new'],
  });
