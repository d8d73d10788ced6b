import type { Shape } from '../../core/shape.ts';
import type { ElementType, OnnxAttributes, OnnxGraph, Tensor, TensorType } from '../../onnx/graph.ts';

/** The graph of a training as a layer in `eval()` sees it: what it writes is that of inference, with a backward pass. */
export class InEval implements OnnxGraph {
  readonly training = false;
  readonly #graph: OnnxGraph;

  constructor(graph: OnnxGraph) {
    this.#graph = graph;
  }

  get wide(): boolean {
    return this.#graph.wide;
  }

  run(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    output: Shape | TensorType,
    attributes?: OnnxAttributes,
  ): Tensor {
    return this.#graph.run(operator, inputs, output, attributes);
  }

  runAll(
    operator: string,
    inputs: readonly (Tensor | undefined)[],
    outputs: readonly (Shape | TensorType)[],
    attributes?: OnnxAttributes,
  ): readonly Tensor[] {
    return this.#graph.runAll(operator, inputs, outputs, attributes);
  }

  constant(values: number | readonly number[], type?: ElementType, shape?: Shape): Tensor {
    return this.#graph.constant(values, type, shape);
  }

  noise(shape: Shape, p: number): Tensor {
    return this.#graph.noise(shape, p);
  }
}
