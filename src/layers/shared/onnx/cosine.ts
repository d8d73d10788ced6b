import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import {
  add,
  compare,
  divide,
  elementwise,
  floats,
  matmul,
  multiply,
  reshape,
  scale,
  subtract,
  sum,
  transpose,
  transposedMatmul,
} from './arithmetic.ts';
import type { OnnxVersion } from './windows.ts';

/** The least length that a row is divided by. Source: torch.nn.functional.normalize. */
const EPSILON = 1e-12;
/** The largest factor, 100, as a logarithm. */
const MOST = Math.log(100);

/** Attention by the cosine between queries and keys, scaled by a learned number for each head. */
export const cosineVersion = (g: OnnxGraph, logitScale: Tensor): OnnxVersion => ({
  bias(bias) {
    const third = bias.shape[0]! / 3;
    const mask = Array.from({ length: 3 * third }, (_, i) => (i >= third && i < 2 * third ? 0 : 1));
    const withoutKeys = g.constant(mask, 'float32', bias.shape);
    return {
      output: multiply(g, bias, withoutKeys),
      backward: (gradient) => multiply(g, gradient, withoutKeys),
    };
  },
  products(query, key) {
    const [q, k] = [normalized(g, query), normalized(g, key)];
    const cosines = matmul(g, q.output, transpose(g, k.output, [0, 1, 3, 2]));
    const most = g.constant(MOST);
    const factor = elementwise(g, 'Exp', g.run('Clip', [logitScale, undefined, most], logitScale));
    return {
      output: multiply(g, cosines, factor),
      backward(gradient) {
        const inner = multiply(g, gradient, factor);
        const ofFactor = reshape(g, sum(g, multiply(g, gradient, cosines), [0, 2, 3]), factor.shape);
        const passes = floats(g, compare(g, 'LessOrEqual', logitScale, most));
        return {
          query: q.backward(matmul(g, inner, k.output)),
          key: k.backward(transposedMatmul(g, inner, q.output)),
          weights: { logit_scale: multiply(g, multiply(g, ofFactor, factor), passes) },
        };
      },
    };
  },
});

/** Each row divided by its length. */
function normalized(g: OnnxGraph, x: Tensor) {
  const least = g.constant(EPSILON);
  const axis = x.shape.length - 1;
  const norm = elementwise(g, 'Sqrt', sum(g, multiply(g, x, x), [axis]));
  const length = g.run('Max', [norm, least], norm);
  const output = divide(g, x, length);
  return {
    output,
    backward(gradient: Tensor): Tensor {
      const passes = floats(g, compare(g, 'GreaterOrEqual', norm, least));
      const along = multiply(g, sum(g, multiply(g, gradient, output), [axis]), passes);
      return divide(g, subtract(g, gradient, multiply(g, output, along)), length);
    },
  };
}

/** 16 times the sigmoid of each bias. */
export function squashedBiases(g: OnnxGraph, x: Tensor) {
  const share = elementwise(g, 'Sigmoid', x);
  return {
    output: scale(g, share, 16),
    backward(gradient: Tensor): Tensor {
      const slope = multiply(g, share, add(g, scale(g, share, -1), g.constant(1)));
      return scale(g, multiply(g, gradient, slope), 16);
    },
  };
}
