import type { DataType } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tfjs.ts';

interface Info {
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** Bytes of the buffers that tfjs made and freed since the watch began. */
export interface BufferWatch {
  live: number;
  peak: number;
  stop(): void;
}

/**
 * Watches tfjs's own table of buffers. `tf.memory()` counts a buffer once for each tensor that shares it, and keeps no
 * peak; the profiler does, but copies every tensor out. What kernels allocate for themselves is not in the table.
 */
export function watchBuffers(tf: TensorFlow['tf']): BufferWatch {
  const { tensorInfo } = (tf.engine() as unknown as { state: { tensorInfo: WeakMap<object, Info> } }).state;
  const own = { set: tensorInfo.set.bind(tensorInfo), delete: tensorInfo.delete.bind(tensorInfo) };
  const sizes = new WeakMap<object, number>();
  const watch: BufferWatch = {
    live: 0,
    peak: 0,
    stop: () => void Object.assign(tensorInfo, own),
  };
  const add = (bytes: number) => {
    watch.live += bytes;
    watch.peak = Math.max(watch.peak, watch.live);
  };
  tensorInfo.set = (id, info) => {
    if (!sizes.has(id)) {
      const bytes = tf.util.sizeFromShape([...info.shape]) * tf.util.bytesPerElement(info.dtype);
      sizes.set(id, bytes);
      add(bytes);
    }
    own.set(id, info);
    return tensorInfo;
  };
  tensorInfo.delete = (id) => {
    // Buffers older than the watch are freed at their own time; their size is asked for while it is known.
    const info = tensorInfo.get(id);
    if (info)
      add(-(sizes.get(id) ?? tf.util.sizeFromShape([...info.shape]) * tf.util.bytesPerElement(info.dtype)));
    sizes.delete(id);
    return own.delete(id);
  };
  return watch;
}
