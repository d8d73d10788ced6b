import * as z from 'zod/mini';
import { VggError } from '../core/errors/error.ts';
import { once } from '../core/once.ts';
import { elements, product } from '../core/arithmetic.ts';
import { spatial } from './shared/spatial.ts';
import type { Shape } from '../core/shape.ts';
import { flag, integer } from './shared/attributes.ts';
import { checkChannels } from './shared/channels.ts';
import { defineLayer } from './layer.ts';
import { scaleAndShift } from './shared/initialization.ts';
import {
  checkOwnStatistics,
  checkStatistics,
  epsilon,
  given,
  normalizationOperations,
  runningStatistics,
  thinDeclared,
} from './shared/normalization.ts';
import { reshaped, type Recording, type Tape, type Traced } from './shared/keras-tape.ts';
import { notInKeras, onlyImages } from './shared/keras.ts';
import { normalizeBatch } from './shared/onnx/normalization.ts';
import { movedStatistics, normalizeByRunning } from './shared/onnx/running-statistics.ts';
import type { Rank } from './shared/window.ts';

const attributes = once(() =>
  z.strictObject({
    num_features: z.optional(integer(1)),
    eps: epsilon,
    /** null averages over all batches seen. */
    momentum: z._default(z.nullable(z.number()), 0.1),
    affine: flag(true),
    track_running_stats: flag(true),
    /** False keeps the scale alone. */
    bias: flag(true),
  }),
);

/**
 * Normalizes each channel: at inference by its running statistics, a scale and a shift an element; without them
 * by the batch's own. Source: torch.nn.BatchNorm1d, BatchNorm2d, BatchNorm3d.
 */
function batchnorm(rank: Rank) {
  const kind = `batchnorm${rank}d`;
  return defineLayer({
    kind,
    family: 'norm',
    stem: 'bn',
    get attributes() {
      return attributes();
    },
    shape({ attributes: a, inputs }) {
      const input = inputs[0];
      const c = channelsOf(kind, rank, input);
      checkChannels(a.num_features, c, 'num_features');
      if (!a.track_running_stats) checkOwnStatistics(kind, a.eps, input, c);
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
    keras({ attributes: a }) {
      onlyImages(kind, rank);
      if (!a.track_running_stats) notInKeras(kind, 'track_running_stats=False');
      if (a.momentum === null) notInKeras(kind, 'momentum=None');
      const names = [
        ...(a.affine ? ['weight', ...(a.bias ? ['bias'] : [])] : []),
        'running_mean',
        'running_var',
      ];
      return [
        {
          class_name: 'BatchNormalization',
          tape: batchNormTape,
          // Keras's momentum is the share of the old average.
          config: {
            axis: 3,
            momentum: 1 - a.momentum,
            epsilon: a.eps,
            scale: a.affine,
            center: a.affine && a.bias,
          },
          weights: names.map((name) => ({ name })),
        },
      ];
    },
    onnx(g, { attributes: a, inputs: [x], weights, output }) {
      const { weight, bias, running_mean, running_var } = weights;
      const running = running_mean && running_var ? { running_mean, running_var } : undefined;
      if (!g.training && running) {
        return normalizeByRunning(g, x, a.eps, { weight, bias, ...running });
      }
      if (running) checkOwnStatistics(kind, a.eps, output, output[1]!);
      const { statistics, ...result } = normalizeBatch(g, x, a.eps, { weight, bias });
      if (!running) return result;
      if (a.momentum === null) throw new VggError('not-in-onnx', { kind, problem: 'momentum null' });
      const count = elements(output) / output[1]!;
      return { ...result, buffers: movedStatistics(g, a.momentum, statistics, count, running) };
    },
    execute(operators, { attributes: a, inputs: [x], weights, output }) {
      const channels = [output[1]!];
      const { weight, bias, running_mean, running_var } = weights;
      const ownStatistics = operators.training || !a.track_running_stats;
      if (ownStatistics) checkStatistics(kind, x.shape, channels[0]!);
      return operators.run({
        inputs: given(x, weight, bias, running_mean, running_var),
        output,
        saves: given(x, weight, running_mean, running_var),
        // Mean and inverse deviation of the batch.
        byproducts: ownStatistics
          ? [
              { shape: channels, type: 'float32' },
              { shape: channels, type: 'float32' },
            ]
          : [],
        resultType: x.type,
      });
    },
  });
}

export const batchnorm1d = batchnorm(1);
export const batchnorm2d = batchnorm(2);
export const batchnorm3d = batchnorm(3);

/** Features N×C have channels too, for the norm of sequences. Throws `not-an-image` for other ranks. */
const channelsOf = (kind: string, rank: Rank, input: Shape): number =>
  rank === 1 && input.length === 2 ? input[1]! : spatial(input, kind, rank)[1];

/** Composed of the mean, the squared deviations, and the normalization by them. */
const batchNormTape: Recording = (tape, { inputs: [x], output, weights }) => {
  const channel = weights / 2;
  const mean = channelMean(tape, x, channel);
  const cast = tape.run({ inputs: [x], passes: true });
  const deviation = tape.run({ inputs: [cast, mean], output, saves: [cast, mean], passes: true });
  const squared = tape.run({ inputs: [deviation], output, saves: [deviation], scratch: output });
  const variance = channelMean(tape, squared, channel);
  const inputs = [x, mean, variance] as const;
  const scratch = 2 * output;
  const normed = tape.run({ inputs, output, saves: inputs, weights, extra: 2 * output, scratch });
  return reshaped(tape, { inputs: [normed], output, weights });
};

/** The mean of each channel; its derivative spreads it over a tensor of ones. */
const channelMean = (tape: Tape, x: Traced, channel: number): Traced =>
  tape.run({ inputs: [x], output: channel, saves: [x], scratch: 2 * x.bytes });
