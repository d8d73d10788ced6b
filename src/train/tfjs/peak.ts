import type { NamedAttrMap, NamedTensorMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tfjs.ts';

/** What of tfjs's engine the watch takes over. */
interface Engine {
  runKernel(name: string, inputs: NamedTensorMap, attrs?: NamedAttrMap): unknown;
  readonly state: { readonly tensorInfo: WeakMap<object, Omit<TensorInfo, 'dataId'>> };
}

/** Memory that several entries of tfjs's table may share. */
interface Memory {
  readonly bytes: number;
  users: number;
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
  const engine = tf.engine() as unknown as Engine;
  const { tensorInfo } = engine.state;
  const own = { set: tensorInfo.set.bind(tensorInfo), delete: tensorInfo.delete.bind(tensorInfo) };
  const runKernel = engine.runKernel.bind(engine);
  const held = new WeakMap<object, Memory>();
  let source: object | undefined;
  const watch: BufferWatch = {
    live: 0,
    peak: 0,
    stop() {
      Object.assign(tensorInfo, own);
      engine.runKernel = runKernel;
    },
  };
  const add = (bytes: number) => {
    watch.live += bytes;
    watch.peak = Math.max(watch.peak, watch.live);
  };
  const sizeOf = ({ shape, dtype }: Omit<TensorInfo, 'dataId'>) =>
    tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype);
  /** A buffer older than the watch has one user, and its size is asked for while it is known. */
  const memoryOf = (id: object): Memory | undefined => {
    const info = tensorInfo.get(id);
    if (!held.has(id) && info) held.set(id, { bytes: sizeOf(info), users: 1 });
    return held.get(id);
  };
  engine.runKernel = (name, inputs, attrs) => {
    const before = source;
    source = viewedBy(name, inputs, attrs);
    try {
      return runKernel(name, inputs, attrs);
    } finally {
      source = before;
    }
  };
  tensorInfo.set = (id, info) => {
    if (!held.has(id)) {
      const memory = (source && memoryOf(source)) ?? { bytes: sizeOf(info), users: 0 };
      if (memory.users++ === 0) add(memory.bytes);
      held.set(id, memory);
    }
    own.set(id, info);
    return tensorInfo;
  };
  tensorInfo.delete = (id) => {
    const memory = memoryOf(id);
    if (memory && --memory.users === 0) add(-memory.bytes);
    held.delete(id);
    return own.delete(id);
  };
  return watch;
}

/**
 * The buffer that the kernel's result shares. TensorFlow's library gives such a result an entry of its own in the
 * table, but no memory; the other backends give it the entry of its input.
 */
function viewedBy(name: string, inputs: NamedTensorMap, attrs?: NamedAttrMap): object | undefined {
  const view = name === 'Reshape' || (name === 'Cast' && attrs?.['dtype'] === inputs['x']!.dtype);
  return view ? (Object.values(inputs)[0] as TensorInfo).dataId : undefined;
}
