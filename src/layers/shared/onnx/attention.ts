import type { OnnxGraph, Tensor } from '../../../onnx/graph.ts';
import type { Heads } from '../attention.ts';
import {
  add,
  matmul,
  matmulTransposed,
  multiply,
  scale,
  subtract,
  sum,
  transpose,
  transposedMatmul,
} from './arithmetic.ts';
import { onnxNoise } from './noise.ts';

export interface Attention {
  readonly factor: number;
  readonly dropout: number;
  readonly causal: boolean;
}

interface Attended {
  readonly output: Tensor;
  /** Softmax of the products, after dropout. */
  readonly probabilities: Tensor;
  /** From the gradients of the output, and of the probabilities where something reads them. */
  backward(gradient: Tensor, ofProbabilities?: Tensor): Heads<Tensor>;
}

/** Large enough to vanish behind the exponential, and finite. */
const MASKED = -1e30;

/** Attention over batch × heads × steps × features, spelled out. */
export function onnxAttention(
  g: OnnxGraph,
  { query, key, value }: Heads<Tensor>,
  { factor, dropout, causal }: Attention,
): Attended {
  const products = scale(g, matmul(g, query, transpose(g, key, [0, 1, 3, 2])), factor);
  const seen = causal ? add(g, products, future(g, query.shape[2]!, key.shape[2]!)) : products;
  const softmax = g.run('Softmax', [seen], seen, { axis: -1 });
  const dropped = onnxNoise(g, softmax, softmax.shape, dropout);
  const probabilities = dropped.output;
  return {
    output: matmul(g, probabilities, value),
    probabilities,
    backward(gradient, ofProbabilities) {
      const through = matmulTransposed(g, gradient, value);
      const incoming = ofProbabilities ? add(g, through, ofProbabilities) : through;
      const [soft] = dropped.backward!(incoming, [true], []).inputs as readonly [Tensor];
      const rows = sum(g, multiply(g, soft, softmax), [softmax.shape.length - 1]);
      const inner = scale(g, multiply(g, softmax, subtract(g, soft, rows)), factor);
      return {
        query: matmul(g, inner, key),
        key: transposedMatmul(g, inner, query),
        value: transposedMatmul(g, probabilities, gradient),
      };
    },
  };
}

/** Zeros where a step may look, and elsewhere what hides. */
function future(g: OnnxGraph, steps: number, sources: number): Tensor {
  const mask = Array.from({ length: steps * sources }, (_, i) =>
    i % sources > Math.floor(i / sources) ? MASKED : 0,
  );
  return g.constant(mask, 'float32', [steps, sources]);
}
