import * as z from 'zod/mini';
import { adaptiveAttributes, adaptiveOperations, adaptiveShape, adaptiveWindows } from './shared/adaptive.ts';
import type { Shape } from '../core/shape.ts';
import { once } from '../core/once.ts';
import { defineLayer } from './layer.ts';
import { averagePooling, kerasAdaptivePool, onlyImages } from './shared/keras.ts';
import { expand, scale } from './shared/onnx/arithmetic.ts';
import { mixAxes, type Mixing } from './shared/onnx/resampling.ts';
import { asImages } from './shared/view.ts';
import { volume, type Rank } from './shared/window.ts';

/**
 * Mean under windows chosen so that the output has the wanted size. Source: torch.nn.AdaptiveAvgPool1d,
 * AdaptiveAvgPool2d, AdaptiveAvgPool3d.
 */
function adaptive_avgpool(rank: Rank) {
  const kind = `adaptive_avgpool${rank}d`;
  const attributes = once(() => z.strictObject(adaptiveAttributes(rank)));
  return defineLayer({
    kind,
    family: 'pool',
    stem: 'pool',
    get attributes() {
      return attributes();
    },
    global: true,
    shape: ({ attributes, inputs }) => adaptiveShape(kind, rank, attributes, inputs[0]),
    elementwise: ({ inputs, output }) => adaptiveOperations(inputs[0], output),
    keras({ inputs, output }) {
      onlyImages(kind, rank);
      return kerasAdaptivePool(kind, averagePooling, inputs[0], output);
    },
    onnx(g, { inputs: [x], output }) {
      if (!single(output)) return mixAxes(g, x, adaptiveMeans(x.shape, output));
      const share = 1 / volume(x.shape.slice(2));
      return {
        output: g.run('GlobalAveragePool', [x], output),
        backward: (gradient) => ({ inputs: [expand(g, scale(g, gradient, share), x.shape)] }),
      };
    },
    execute(operators, { inputs: [x], output }) {
      // To a single pixel it is a mean, which needs only sizes.
      const pool = (from: typeof x, to: Shape) =>
        operators.run({ inputs: [from], output: to, saves: single(to) ? [] : [from] });
      return rank === 1 ? asImages(operators, x, output, pool) : pool(x, output);
    },
  });
}

export const adaptive_avgpool1d = adaptive_avgpool(1);
export const adaptive_avgpool2d = adaptive_avgpool(2);
export const adaptive_avgpool3d = adaptive_avgpool(3);

const single = (output: Shape): boolean => output.slice(2).every((side) => side === 1);

/** For each axis the weight of each input in each output: a mean is linear. */
const adaptiveMeans = ([, , ...size]: Shape, output: Shape): Mixing[] =>
  size.map((side, axis) =>
    adaptiveWindows(side, output[axis + 2]!).map(([start, end]) =>
      Array.from({ length: side }, (_, i) => (i >= start && i < end ? 1 / (end - start) : 0)),
    ),
  );
