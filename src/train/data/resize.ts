/** A row or column of the result: where its window starts in the source, and the fixed-point weights. */
interface Tap {
  readonly start: number;
  readonly weights: Int32Array;
}

/** Pillow keeps its weights as integers with this many fractional bits. */
const PRECISION = 22;

/**
 * Pillow's bilinear weights from `from` to `to` pixels: half-pixel centers (`align_corners=False`); when shrinking the
 * triangle widens by the scale, which is what `antialias` means. Source: Pillow, `precompute_coeffs` in Resample.c.
 */
function taps(from: number, to: number): Tap[] {
  const scale = from / to;
  const support = Math.max(scale, 1);
  return Array.from({ length: to }, (_, i) => {
    const center = (i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(from, Math.trunc(center + support + 0.5));
    const raw = Array.from({ length: end - start }, (_, k) =>
      Math.max(0, 1 - Math.abs((k + start - center + 0.5) / support)),
    );
    const total = raw.reduce((a, b) => a + b, 0);
    return { start, weights: Int32Array.from(raw, (w) => Math.trunc(0.5 + (w / total) * 2 ** PRECISION)) };
  });
}

const clip = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value);

/**
 * Bilinear resizing of 8-bit images, byte for byte what torchvision's `Resize` does to a PIL image, as the book's
 * loader does it: first along the rows, rounded to bytes, then along the columns. The tables are computed once.
 */
export class Resizer {
  readonly #horizontal: readonly Tap[];
  readonly #vertical: readonly Tap[];
  readonly #between: Uint8Array;
  readonly #from: readonly [number, number];
  readonly #to: readonly [number, number];

  constructor(from: readonly [rows: number, columns: number], to: readonly [rows: number, columns: number]) {
    this.#from = from;
    this.#to = to;
    this.#vertical = taps(from[0], to[0]);
    this.#horizontal = taps(from[1], to[1]);
    this.#between = new Uint8Array(from[0] * to[1]);
  }

  /** Resizes one image and writes it to `target` from `offset` on, each byte through `scale` (a 256-entry table). */
  resize(source: Uint8Array, target: Float32Array, offset: number, scale: Float32Array): void {
    const [rows, columns] = this.#from;
    const [height, width] = this.#to;
    const between = this.#between;
    const half = 1 << (PRECISION - 1);
    for (let x = 0; x < width; x++) {
      const { start, weights } = this.#horizontal[x]!;
      for (let y = 0; y < rows; y++) {
        let sum = half;
        for (let k = 0; k < weights.length; k++) sum += source[y * columns + start + k]! * weights[k]!;
        between[y * width + x] = clip(sum >> PRECISION);
      }
    }
    for (let y = 0; y < height; y++) {
      const { start, weights } = this.#vertical[y]!;
      for (let x = 0; x < width; x++) {
        let sum = half;
        for (let k = 0; k < weights.length; k++) sum += between[(start + k) * width + x]! * weights[k]!;
        target[offset + y * width + x] = scale[clip(sum >> PRECISION)]!;
      }
    }
  }
}
