import { Random } from '../random.ts';
import type { Split } from './dataset.ts';
import { Resizer } from './resize.ts';

/** What the network takes: N×C×H×W, values in [0, 1]. */
export interface Batch {
  readonly count: number;
  readonly images: Float32Array;
  readonly labels: Uint8Array;
}

export interface ImageShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Bytes to [0, 1], as torchvision's `ToTensor`. */
const unit = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Makes batches out of a split; a gray image fills every channel that the network takes. */
export class BatchMaker {
  readonly #split: Split;
  readonly #shape: ImageShape;
  readonly #resizer: Resizer;

  constructor(split: Split, shape: ImageShape) {
    this.#split = split;
    this.#shape = shape;
    this.#resizer = new Resizer([split.rows, split.columns], [shape.height, shape.width]);
  }

  /** The examples at these places, resized. */
  make(places: Uint32Array): Batch {
    const { rows, columns, pixels, labels } = this.#split;
    const { channels, height, width } = this.#shape;
    const plane = height * width;
    const images = new Float32Array(places.length * channels * plane);
    places.forEach((place, n) => {
      const source = pixels.subarray(place * rows * columns, (place + 1) * rows * columns);
      const offset = n * channels * plane;
      this.#resizer.resize(source, images, offset, unit);
      for (let c = 1; c < channels; c++) images.copyWithin(offset + c * plane, offset, offset + plane);
    });
    return { count: places.length, images, labels: Uint8Array.from(places, (place) => labels[place]!) };
  }
}

/** The order in which an epoch shows the examples: shuffled by the seed and the epoch alone. */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array {
  return new Random(seed, 'shuffle', epoch).permutation(count);
}

/** Cuts an order into batches from batch number `first` on; the last may be short. */
export function* cut(order: Uint32Array, batch: number, first = 0): Generator<Uint32Array> {
  for (let at = first * batch; at < order.length; at += batch) yield order.subarray(at, at + batch);
}
