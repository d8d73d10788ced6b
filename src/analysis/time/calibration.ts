/**
 * What real kernels achieve, the same for all networks and devices. Fitted once, with a least-squares fit on logarithms
 * of times: 265 rows of timm's benchmarks (Apache-2.0: RTX 3090 and 5090, amp, NCHW and NHWC, large batches), 276 of
 * ryujaehun's (MIT: RTX 2080 Ti, Titan RTX, Titan V, batch 12) and 288 of our own on an H100 (fixtures/gpu-time).
 * docs/accuracy.md has the errors, on networks that were fitted and on those that were not.
 */
export const CALIBRATION = {
  /**
   * Share of its peak that a unit achieves where channels abound, above 1 where algorithms need fewer operations than
   * are counted. `earlyHalf`: the tensor cores of Volta and Turing, which have no tf32.
   */
  peakShare: { half: 1.08, earlyHalf: 0.72, tf32: 0.63, float32: 1.05 },
  /**
   * A unit that could do r operations for each byte of memory needs this much of r in channels to achieve half of that:
   * fewer channels reuse too little of what they read.
   */
  halfAtChannels: 0.52,
  /** A backward product against a forward one. */
  backward: { half: 0.88, earlyHalf: 0.63, tf32: 0.88, float32: 1 },
  /** Convolutions of several groups, by channels a group. Backward kernels for NHWC are missing for most group sizes. */
  grouped: { share: 0.8, halfAtChannels: 0.63, backward: { nchw: 0.56, nhwc: 0.1 } },
  /** Depthwise convolutions: share of the float32 peak, half of it at so many pixels of the window. */
  depthwise: { share: { nchw: 0.2, nhwc: 0.42 }, halfAtTaps: 2.55, backward: 0.15 },
  /** Of the memory's bandwidth: above 1, because some of what a kernel reads still lies in the cache. */
  bandwidth: 1.08,
  /** Tensor cores want NHWC: what is transposed for them in NCHW, in times input and output are moved. */
  transposes: 1.4,
  /** A normalization reads its input twice in training: for the statistics, and for the result. */
  normalization: 2,
  /** Arithmetic and traffic overlap as a sum of powers with this exponent: 1 is one after the other. */
  overlap: 1.58,
  /** Start and end of a kernel, while the device is not full. Seconds. */
  startSeconds: 16e-6,
  /** What the host needs to start a kernel from PyTorch: chosen near the middle of four machines, which took half to twice as much. Seconds. */
  hostSeconds: { forward: 27e-6, backward: 60e-6 },
  /** Host and device run side by side; near equality each waits for the other now and then. */
  hostOverlap: 4,
} as const;
