import { elements } from '../../../core/arithmetic.ts';
import type { Shape } from '../../../core/shape.ts';
import { everyAxis, perAxis, reachOf, volume, type Axes, type Window } from '../window.ts';
import { expand, multiply, pad, reshape, scale } from './arithmetic.ts';
import { comparedMaxima } from './compared-maxima.ts';
import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { Differentiated, OnnxResult } from './result.ts';

/** Largest value under each window. Ties go to the first, as in PyTorch. */
export function maximumPool(g: OnnxGraph, x: Tensor, w: Window, output: Shape): Differentiated {
  const after = overhang(w, x.shape, output).map(positive);
  // onnxruntime refuses padding as large as the window, which rounding up can need.
  if (after.some((size, axis) => size >= w.kernel[axis]!)) {
    const padded = pad(g, x, w.before, after, LEAST);
    const none = everyAxis(after.length, 0);
    const pooled = maximumPool(g, padded, { ...w, before: none, after: none }, output);
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
      const disjoint = reachOf(w).every((reach, axis) => reach <= w.stride[axis]!);
      const shape = g.constant(x.shape, 'int64', [x.shape.length]);
      // Padding tells MaxUnpool how small the output may be; the places are what counts.
      const back =
        disjoint && w.dilation.every((gap) => gap === 1)
          ? g.run('MaxUnpool', [gradient, places, shape], x.shape, window)
          : scatter(g, gradient, places!, x.shape);
      return { inputs: [back] };
    },
  };
}

/** Padding that takes padding away. */
const inverse = (sides: Axes): Axes => sides.map((side) => -side);

const positive = (size: number): number => Math.max(0, size);

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
const overhang = (w: Window, input: Shape, output: Shape): Axes =>
  perAxis(
    [output.slice(2), input.slice(2), w.stride, reachOf(w), w.before],
    (count, size, stride, reach, before) => (count - 1) * stride + reach - size - before,
  );

/** Sum under each window divided by its number in `divisors`. */
export function averagePool(
  g: OnnxGraph,
  x: Tensor,
  w: Window,
  output: Shape,
  divisors: readonly number[],
): OnnxResult {
  const area = volume(w.kernel);
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
  const after = overhang(w, x.shape, output).map(positive);
  // onnxruntime refuses padding as large as the window.
  const outside = after.some((size, axis) => size >= w.kernel[axis]!);
  const padded = outside ? pad(g, x, w.before, after) : x;
  return g.run('AveragePool', [padded], output, {
    kernel_shape: w.kernel,
    strides: w.stride,
    pads: outside ? everyAxis(2 * after.length, 0) : [...w.before, ...after],
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
  const [n, c, ...size] = input as readonly [number, number, ...number[]];
  const counts = gradient.shape.slice(2);
  const { kernel, stride } = w;
  const beyond = overhang(w, input, gradient.shape);
  const tiles =
    kernel.every((side, axis) => side === stride[axis]) &&
    [...w.before, ...beyond].every((side) => side <= 0);
  if (tiles) {
    const scales = g.constant([1, 1, ...kernel], 'float32', [input.length]);
    const whole = perAxis([counts, kernel], (count, side) => count * side);
    // Every window's share repeated; several times as fast as to expand along each axis.
    const covered = g.run('Resize', [over(gradient, 1), undefined, scales], [n, c, ...whole], {
      mode: 'nearest',
      nearest_mode: 'floor',
      coordinate_transformation_mode: 'asymmetric',
    });
    const rest = perAxis([size, whole], (side, done) => side - done);
    return pad(g, covered, everyAxis(rest.length, 0), rest);
  }
  if (stride.every((step) => step === 1)) {
    const before = perAxis([kernel, w.before], (side, first) => side - 1 - first);
    return windowMeans(g, over(gradient, area), { ...w, before }, input);
  }
  const planes = reshape(g, over(gradient, 1), [n * c, 1, ...counts]);
  const ones = g.constant(
    Array.from({ length: area }, () => 1),
    'float32',
    [1, 1, ...kernel],
  );
  const spreaded = g.run('ConvTranspose', [planes, ones], [n * c, 1, ...size], {
    kernel_shape: kernel,
    strides: stride,
    pads: [...w.before, ...beyond.map(positive)],
    output_padding: inverse(beyond).map(positive),
  });
  return reshape(g, spreaded, input);
}
