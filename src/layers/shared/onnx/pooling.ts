import { elements } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';
import { along, reachOf, type Pair, type Window } from '../window.ts';
import { expand, multiply, pad, reshape, scale } from './arithmetic.ts';
import { comparedMaxima } from './compared-maxima.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { Differentiated, OnnxResult } from './result.ts';

/** Largest value under each window. Ties go to the first, as in PyTorch. */
export function maximumPool(g: OnnxGraph, x: Tensor, w: Window, output: Shape): Differentiated {
  const after = along((axis) => Math.max(0, overhang(w, x.shape, output)[axis]));
  // onnxruntime refuses padding as large as the window, which rounding up can need.
  if (after[0] >= w.kernel[0] || after[1] >= w.kernel[1]) {
    const padded = pad(g, x, w.before, after, LEAST);
    const pooled = maximumPool(g, padded, { ...w, before: [0, 0], after: [0, 0] }, output);
    return {
      output: pooled.output,
      backward(gradient) {
        const [back] = pooled.backward(gradient).inputs;
        return { inputs: [pad(g, back, inverse(w.before), inverse(after))] };
      },
    };
  }
  const window = { kernel_shape: w.kernel, strides: w.stride, pads: [...w.before, ...after] };
  const pool = { ...window, dilations: w.dilation };
  if (!g.training || !g.wide) {
    const y = g.run('MaxPool', [x], output, pool);
    return {
      output: y,
      backward(gradient) {
        const padded = pad(g, x, w.before, after, LEAST);
        const back = comparedMaxima(g, { padded, y, window: w }, gradient);
        return { inputs: [pad(g, back, inverse(w.before), inverse(after))] };
      },
    };
  }
  const [y, places] = g.runAll('MaxPool', [x], [output, { shape: output, type: 'int64' }], pool);
  return {
    output: y!,
    backward(gradient) {
      const disjoint = reachOf(w).every((reach, axis) => reach <= w.stride[axis as 0 | 1]);
      const shape = g.constant(x.shape, 'int64', [x.shape.length]);
      // Padding tells MaxUnpool how small the output may be; the places are what counts.
      const back =
        disjoint && w.dilation[0] === 1 && w.dilation[1] === 1
          ? g.run('MaxUnpool', [gradient, places, shape], x.shape, window)
          : scatter(g, gradient, places!, x.shape);
      return { inputs: [back] };
    },
  };
}

/** Padding that takes padding away. */
const inverse = (sides: Pair): Pair => along((axis) => -sides[axis]);

/** Below every value of a network: the lowest float32. */
const LEAST = -3.4028234663852886e38;

/** Windows that overlap may choose the same element: their gradients add up there. */
function scatter(g: OnnxGraph, gradient: Tensor, places: Tensor, shape: Shape): Tensor {
  const [from, to] = [elements(gradient.shape), elements(shape)];
  const zeros = expand(g, g.constant(0, 'float32', [1]), [to]);
  const sum = g.run(
    'ScatterElements',
    [zeros, reshape(g, places, [from]), reshape(g, gradient, [from])],
    [to],
    { axis: 0, reduction: 'add' },
  );
  return reshape(g, sum, shape);
}

/** How far the last window reaches beyond the input; negative where the windows end before it. */
const overhang = (w: Window, input: Shape, output: Shape): Pair =>
  along(
    (axis) => (output[axis + 2]! - 1) * w.stride[axis] + reachOf(w)[axis] - input[axis + 2]! - w.before[axis],
  );

/** Sum under each window divided by what `divisors` gives for its row and column. */
export function averagePool(
  g: OnnxGraph,
  x: Tensor,
  w: Window,
  output: Shape,
  divisors: readonly number[],
): OnnxResult {
  const area = w.kernel[0] * w.kernel[1];
  const same = divisors.every((divisor) => divisor === divisors[0]);
  const over = (values: Tensor, numerator: number): Tensor =>
    same
      ? scale(g, values, numerator / divisors[0]!)
      : multiply(
          g,
          values,
          g.constant(
            divisors.map((divisor) => numerator / divisor),
            'float32',
            [1, 1, ...output.slice(2)],
          ),
        );
  return {
    output: over(windowMeans(g, x, w, output), area),
    backward: (gradient) => ({ inputs: [spread(g, gradient, w, x.shape, over, area)] }),
  };
}

/** Means over full windows, what lies outside the image counted as zeros. */
function windowMeans(g: OnnxGraph, x: Tensor, w: Window, output: Shape): Tensor {
  const after = along((axis) => Math.max(0, overhang(w, x.shape, output)[axis]));
  // onnxruntime refuses padding as large as the window.
  const outside = after[0] >= w.kernel[0] || after[1] >= w.kernel[1];
  const padded = outside ? pad(g, x, w.before, after) : x;
  return g.run('AveragePool', [padded], output, {
    kernel_shape: w.kernel,
    strides: w.stride,
    pads: outside ? [0, 0, 0, 0] : [...w.before, ...after],
    count_include_pad: 1,
  });
}

/** Each output's share added to all elements under its window. */
function spread(
  g: OnnxGraph,
  gradient: Tensor,
  w: Window,
  input: Shape,
  over: (values: Tensor, numerator: number) => Tensor,
  area: number,
): Tensor {
  const [n, c, h, width] = input as readonly [number, number, number, number];
  const [, , oh, ow] = gradient.shape as readonly [number, number, number, number];
  const [kh, kw] = w.kernel;
  const beyond = overhang(w, input, gradient.shape);
  const tiles =
    w.stride[0] === kh && w.stride[1] === kw && [...w.before, ...beyond].every((size) => size <= 0);
  if (tiles) {
    const scales = g.constant([1, 1, kh, kw], 'float32', [4]);
    // Every window's share repeated; several times as fast as to expand along two axes.
    const covered = g.run('Resize', [over(gradient, 1), undefined, scales], [n, c, oh * kh, ow * kw], {
      mode: 'nearest',
      nearest_mode: 'floor',
      coordinate_transformation_mode: 'asymmetric',
    });
    return pad(g, covered, [0, 0], [h - oh * kh, width - ow * kw]);
  }
  if (w.stride[0] === 1 && w.stride[1] === 1) {
    const mirrored: Window = { ...w, before: along((axis) => w.kernel[axis] - 1 - w.before[axis]) };
    return windowMeans(g, over(gradient, area), mirrored, input);
  }
  const planes = reshape(g, over(gradient, 1), [n * c, 1, oh, ow]);
  const ones = g.constant(
    Array.from({ length: area }, () => 1),
    'float32',
    [1, 1, kh, kw],
  );
  const spreaded = g.run('ConvTranspose', [planes, ones], [n * c, 1, h, width], {
    kernel_shape: w.kernel,
    strides: w.stride,
    pads: [...w.before, ...along((axis) => Math.max(0, beyond[axis]))],
    output_padding: along((axis) => Math.max(0, -beyond[axis])),
  });
  return reshape(g, spreaded, input);
}
