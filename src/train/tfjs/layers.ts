import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tfjs.ts';

type Padding = [[number, number], [number, number]];
type Shape = (number | null)[];

const done = new WeakSet<object>();

/** The most negative float: no value of an image is below it, so that a max-pool never takes it. */
const LOWEST = -3.4e38;

/**
 * Registers the one layer that Keras lacks: a border of the lowest float before a max-pool, which is how PyTorch pads
 * pools. Once for each tfjs.
 */
export function registerLayers({ tf, layers }: TensorFlow): void {
  if (done.has(tf)) return;
  done.add(tf);

  class LowestPadding2D extends layers.layers.Layer {
    static className = 'LowestPadding2D';
    readonly #padding: Padding;

    constructor(args: { padding: Padding }) {
      super(args as object);
      this.#padding = args.padding;
    }

    override computeOutputShape(shape: Shape | Shape[]): Shape {
      const [n, h, w, c] = shape as Shape;
      const [rows, columns] = this.#padding;
      return [n!, h! + rows[0] + rows[1], w! + columns[0] + columns[1], c!];
    }

    override call(inputs: Tensor | Tensor[]): Tensor {
      const x = (Array.isArray(inputs) ? inputs[0]! : inputs) as Tensor4D;
      return tf.pad4d(x, [[0, 0], ...this.#padding, [0, 0]], LOWEST);
    }

    override getConfig() {
      return { ...super.getConfig(), padding: this.#padding };
    }
  }
  tf.serialization.registerClass(LowestPadding2D as never);
}
