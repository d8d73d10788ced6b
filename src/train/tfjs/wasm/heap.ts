import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';

export type Tfjs = typeof import('@tensorflow/tfjs-core');

/** What our kernels need of tfjs's wasm backend: tensors on the wasm heap. */
export interface WasmBackend {
  makeOutput(shape: readonly number[], dtype: 'float32'): TensorInfo;
  /** A view of the tensor's values; making a tensor may move the heap and end the view. */
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  disposeData(dataId: object): void;
  /** One more tensor uses these values. */
  incRef(dataId: object): void;
}

export interface KernelCall {
  readonly backend: WasmBackend;
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly attrs: NamedAttrMap;
}

/** A kernel as a function of tensors on the heap. */
export type Kernel = (call: KernelCall) => TensorInfo;

/** The backend's own kernel of this name. */
export function ownKernel(tf: Tfjs, name: string): Kernel {
  const kernel = tf.getKernel(name, 'wasm');
  if (kernel === undefined) throw new Error(`tfjs-backend-wasm has no kernel ${name}`);
  return kernel.kernelFunc as unknown as Kernel;
}

/** Puts a kernel in the place of the backend's own, or where it has none. */
export function replaceKernel(tf: Tfjs, kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: kernel as unknown as KernelConfig['kernelFunc'],
  });
}

/** The same data under another shape; it shares the memory and must not be disposed of. */
export const view = (tensor: TensorInfo, shape: number[]): TensorInfo => ({ ...pick(tensor), shape });
const pick = ({ dataId, dtype }: TensorInfo) => ({ dataId, dtype });

export type Tensor4 = [number, number, number, number];
