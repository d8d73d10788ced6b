import type { TensorFlow } from './tfjs.ts';

/**
 * The most bytes that tfjs counted as live while `work` ran. tfjs keeps the count but not its peak (its profiler does,
 * and copies every tensor out), so the count itself is watched. Kernels' scratch memory is not in it.
 */
export function watchPeak(tf: TensorFlow['tf'], work: () => void): number {
  const { state } = tf.engine() as unknown as { state: { numBytes: number } };
  let bytes = state.numBytes;
  let peak = bytes;
  Object.defineProperty(state, 'numBytes', {
    configurable: true,
    enumerable: true,
    get: () => bytes,
    set: (value: number) => {
      bytes = value;
      peak = Math.max(peak, value);
    },
  });
  try {
    work();
  } finally {
    Object.defineProperty(state, 'numBytes', {
      configurable: true,
      enumerable: true,
      writable: true,
      value: bytes,
    });
  }
  return peak;
}
