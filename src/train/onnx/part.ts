import type { ResolvedGraph } from '../../graph/resolve.ts';
import { elements } from '../../core/arithmetic.ts';
import type { Shape } from '../../core/shape.ts';
import { gradientName, NAMES } from './names.ts';
import { writeGradients } from './network.ts';
import { StepOutputs, type StepGraph } from './step-graph.ts';
import type { Target } from './targets/target.ts';
import { accumulate } from '../../layers/shared/onnx/weight-gradient.ts';
import { OnnxWriter } from '../../onnx/writer.ts';

/** A weight that the parts of a batch learn together. */
export interface Learned {
  readonly name: string;
  readonly shape: Shape;
  /** Its gradient is left as a product of matrices with so many rows for each example; as a sum where undefined. */
  readonly rowsEach: number | undefined;
}

/** A graph for a part of a batch. */
export interface PartGraph extends StepGraph {
  readonly learned: readonly Learned[];
  /** Whether a layer makes the examples depend on each other, so that parts give other gradients than the whole. */
  readonly mixesBatch: boolean;
}

export interface PartOptions {
  /** The examples of the whole batch. */
  readonly examples: number;
  readonly target: Target;
}

/** The two factors of a gradient that is left as a product: rows×M and rows×K for a weight M×K. */
export const factorsOf = ({
  name,
  shape,
}: Pick<Learned, 'name' | 'shape'>): { readonly name: string; readonly columns: number }[] => [
  { name: `${gradientName(name)}/left`, columns: shape[0]! },
  { name: `${gradientName(name)}/right`, columns: shape[1]! },
];

/**
 * Forward and backward pass of a part of a batch. No weight changes: gradients are added to their sums, which the
 * graph takes and gives beside the running statistics. Where a gradient is the product of two matrices that are smaller
 * than itself for the whole batch, as in a large linear layer, it gives the matrices instead: the update computes the
 * product once. An example's share of the mean loss is an input.
 * Throws `not-in-onnx` and `no-gradient` with the layer's path.
 */
export function writePart(resolved: ResolvedGraph, { examples, target }: PartOptions): PartGraph {
  const g = new OnnxWriter({ training: true, dialect: target });
  const count = resolved.input[0]!;
  const { weights, forward, loss, gradients } = writeGradients(g, resolved, g.input(NAMES.share, [1]));
  const outputs = new StepOutputs();
  outputs.give(NAMES.loss, loss.total);
  outputs.give(NAMES.correct, loss.correct);
  for (const [name, value] of forward.buffers) outputs.keep(name, value);
  const learned: Learned[] = [];
  // The last layer's gradient is written last: onnxruntime begins with it, and so goes backwards layer by layer. What
  // reads only a layer's own gradient can then go before the next layer's backward pass.
  for (const [name, gradient] of [...gradients].toReversed()) {
    g.scope = `${name}/gradient`;
    const { shape } = weights.get(name)!;
    const rowsEach = 'transposed' in gradient ? gradient.by.shape[0]! / count : Infinity;
    if ('transposed' in gradient && rowsEach * examples * (shape[0]! + shape[1]!) < elements(shape)) {
      const one = { name, shape, rowsEach };
      const [left, right] = factorsOf(one);
      outputs.give(left!.name, gradient.transposed);
      outputs.give(right!.name, gradient.by);
      learned.push(one);
    } else {
      const sum = g.input(gradientName(name), shape);
      outputs.keep(sum.name, accumulate(g, sum, gradient));
      learned.push({ name, shape, rowsEach: undefined });
    }
  }
  const { name } = resolved.graph;
  const about = `gradients of ${name} for ${count} of ${examples} examples`;
  return { ...outputs.graph(g, { name, about }), learned, mixesBatch: forward.mixesBatch };
}
