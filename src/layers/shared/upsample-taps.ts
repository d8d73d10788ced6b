interface Side {
  /** Input pixels from one output pixel to the next. */
  readonly step: number;
  readonly size: number;
  readonly count: number;
  /** The corners of both images lie on each other. */
  readonly aligned: boolean;
}

export type ResizeMode = 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'trilinear';

/**
 * The input pixels that output pixel `i` is mixed from along one side, with their weights; places outside the image
 * stand for its border. Source: aten/src/ATen/native/UpSample.h.
 */
export function taps(mode: ResizeMode, i: number, side: Side): readonly (readonly [number, number])[] {
  const { step, size, count, aligned } = side;
  if (mode === 'nearest') return [[Math.floor(Math.fround(i * Math.fround(step))), 1]];
  if (mode === 'nearest-exact') return [[Math.floor(Math.fround((i + 0.5) * Math.fround(step))), 1]];
  const place = aligned ? (count > 1 ? (i * (size - 1)) / (count - 1) : 0) : (i + 0.5) * step - 0.5;
  const linear = mode !== 'bicubic';
  const at = linear ? Math.max(place, 0) : place;
  const first = Math.floor(at);
  const t = at - first;
  if (linear) {
    return [
      [first, 1 - t],
      [first + 1, t],
    ];
  }
  return [
    [first - 1, far(t + 1)],
    [first, near(t)],
    [first + 1, near(1 - t)],
    [first + 2, far(2 - t)],
  ];
}

/** Keys's cubic kernel with PyTorch's a. */
const A = -0.75;
const near = (t: number) => ((A + 2) * t - (A + 3)) * t * t + 1;
const far = (t: number) => ((A * t - 5 * A) * t + 8 * A) * t - 4 * A;
