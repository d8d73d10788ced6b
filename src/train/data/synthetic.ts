import { Random } from '../random.ts';
import { allocateSplit, type Dataset, type Split } from './dataset.ts';

const SIDE = 28;
/** A class is a sum of this many soft spots. */
const SPOTS = 6;
/** Noise on top of the class's picture, of 255. */
const NOISE = 96;

export interface SyntheticSize {
  readonly train: number;
  readonly test: number;
}

/** As many as Fashion-MNIST has. */
export const syntheticSize: SyntheticSize = { train: 60_000, test: 10_000 };

/**
 * Images made from a seed: for each class a picture of soft spots, for each image that picture shifted by up to two
 * pixels under noise. A network that learns anything learns these.
 */
export function synthetic(seed: number, classes: number, size: SyntheticSize = syntheticSize): Dataset {
  const pictures = Array.from({ length: classes }, (_, label) => picture(new Random(seed, 'picture', label)));
  return {
    name: 'synthetic',
    classes,
    train: split(new Random(seed, 'train'), pictures, size.train),
    test: split(new Random(seed, 'test'), pictures, size.test),
  };
}

function picture(random: Random): Float32Array {
  const spots = Array.from({ length: SPOTS }, () => ({
    y: random.float() * SIDE,
    x: random.float() * SIDE,
    width: 2 + 3 * random.float(),
  }));
  return Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const [y, x] = [Math.floor(i / SIDE), i % SIDE];
    const light = spots.map((s) => Math.exp(-((y - s.y) ** 2 + (x - s.x) ** 2) / (2 * s.width ** 2)));
    return (
      160 *
      Math.min(
        1,
        light.reduce((a, b) => a + b),
      )
    );
  });
}

function split(random: Random, pictures: readonly Float32Array[], count: number): Split {
  const out = allocateSplit(count, SIDE, SIDE);
  for (let n = 0; n < count; n++) {
    const label = n % pictures.length;
    const [dy, dx] = [random.below(5) - 2, random.below(5) - 2];
    out.labels[n] = label;
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const [from, over] = [y + dy, x + dx];
        const inside = from >= 0 && from < SIDE && over >= 0 && over < SIDE;
        const light = inside ? pictures[label]![from * SIDE + over]! : 0;
        out.pixels[(n * SIDE + y) * SIDE + x] = light + (random.bits() & 0xff) * (NOISE / 256);
      }
    }
  }
  return out;
}
