import { VggError } from '../../core/errors/error.ts';
import type { OnnxGraph, Tensor } from '../../onnx/graph.ts';
import type { Shape } from '../../core/shape.ts';
import { checkOutput } from './dimension.ts';
import { places, takeAlong } from './onnx/gather.ts';
import type { Differentiated } from './onnx/result.ts';
import { mixAxes } from './onnx/resampling.ts';
import type { Operators, Value } from './operators.ts';
import { perAxis, type Axes } from './window.ts';

/** Pixels added before the first and behind the last one of each axis; negative ones cut away. */
export interface Margins {
  readonly before: Axes;
  readonly after: Axes;
}

/** A border that continues the image: mirrored at its last pixel, with its last pixel, or from its other end. */
export interface Border extends Margins {
  readonly mode: BorderMode;
}
export type BorderMode = 'reflect' | 'replicate' | 'circular';

/** The spatial sizes with the margins; throws `output-collapses`. */
export const withMargins = ({ before, after }: Margins, size: Axes): Axes =>
  checkOutput(
    size,
    perAxis([size, before, after], (side, first, last) => side + first + last),
  );

/** How many pixels an axis can give a border; a side has no others to mirror, and what it `keeps` to wrap around. */
const MOST: Readonly<Record<BorderMode, (side: number, keeps: number) => number>> = {
  reflect: (side) => side - 1,
  replicate: () => Infinity,
  circular: (_, keeps) => keeps,
};

/**
 * The spatial sizes with the border. Throws `border-too-wide` and `output-collapses`. Source: the checks of
 * aten/src/ATen/native/ReflectionPad.cpp and PadNd.cpp.
 */
export function withBorder(border: Border, size: Axes): Axes {
  const { mode, before, after } = border;
  const output = withMargins(border, size);
  const rest = perAxis([size, before, after], (side, first, last) => {
    const keeps = side + Math.min(first, 0) + Math.min(last, 0);
    return MOST[mode](side, keeps) - Math.max(first, last, 0);
  });
  if (rest.some((pixels) => pixels < 0)) throw new VggError('border-too-wide', { mode, size, before, after });
  return output;
}

/** The border in ONNX: for each axis the pixels that stand there. */
export function onnxBorder(g: OnnxGraph, x: Tensor, border: Border): Differentiated {
  const size = x.shape.slice(2);
  const taken = size.map((side, axis) =>
    PIXELS[border.mode](side, border.before[axis]!, border.after[axis]!),
  );
  return {
    output: takeAlong(g, x, taken),
    backward: (gradient) => ({ inputs: [mixAxes(g, gradient, places(taken, size)).output] }),
  };
}

/** The pixels of an axis with its border. */
const PIXELS: Readonly<Record<BorderMode, (side: number, before: number, after: number) => number[]>> = {
  reflect: (side, before, after) =>
    along(side, before, after, (i) => {
      const inside = Math.abs(i);
      return inside < side ? inside : 2 * (side - 1) - inside;
    }),
  replicate: (side, before, after) => along(side, before, after, (i) => Math.min(Math.max(i, 0), side - 1)),
  // What is cut away is not there to wrap around.
  circular(side, before, after) {
    const first = Math.max(-before, 0);
    const length = side - first - Math.max(-after, 0);
    return along(side, before, after, (i) => first + ((((i - first) % length) + length) % length));
  },
};

const along = (side: number, before: number, after: number, pixel: (i: number) => number): number[] =>
  Array.from({ length: side + before + after }, (_, place) => pixel(place - before));

/** Runs `F.pad` with one of these modes. */
export function executeBorder(operators: Operators, x: Value, { mode, before, after }: Border): Value {
  const [n, c, ...size] = x.shape;
  const output = [n!, c!, ...perAxis([size, before, after], (side, first, last) => side + first + last)];
  return EXECUTE[mode](operators, x, output);
}

/** One operator that keeps its input. */
const kept = (operators: Operators, x: Value, output: Shape): Value =>
  operators.run({ inputs: [x], output, saves: [x] });

/**
 * The image and the strips that wrap around are copied into an empty tensor; backwards each copy works on a second
 * gradient of its size. Source: `_pad_circular`, aten/src/ATen/native/PadNd.cpp.
 */
const copied = (operators: Operators, x: Value, output: Shape): Value =>
  operators.run({ inputs: [x], output, backwardScratch: [[output]] });

const EXECUTE: Readonly<Record<BorderMode, typeof kept>> = {
  reflect: kept,
  replicate: kept,
  circular: copied,
};
