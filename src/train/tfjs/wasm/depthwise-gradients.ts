import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel, KernelCall, Tensor4, Tfjs } from './heap.ts';

/** The two gradients of a depthwise convolution, which the backend lacks. */
export const depthwiseFilterGradient = (tf: Tfjs): Kernel => gradient(tf, 'filter');
export const depthwiseInputGradient = (tf: Tfjs): Kernel => gradient(tf, 'input');

function gradient(tf: Tfjs, of: 'filter' | 'input'): Kernel {
  return (call) => {
    const { backend, inputs } = call;
    const dy = inputs['dy']!;
    const info = geometry(tf, call);
    const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
    const { filterHeight, filterWidth, strideHeight, strideWidth } = info;
    const multiplier = info.outChannels / inChannels;
    const result = backend.makeOutput(of === 'filter' ? info.filterShape : info.inShape, 'float32');
    const target = backend.typedArrayFromHeap(result).fill(0);
    const other = backend.typedArrayFromHeap(inputs[of === 'filter' ? 'x' : 'filter']!);
    const dyv = backend.typedArrayFromHeap(dy);
    for (let n = 0; n < batchSize; n++) {
      for (let oy = 0; oy < outHeight; oy++) {
        for (let i = 0; i < filterHeight; i++) {
          const y = oy * strideHeight - padInfo.top + i;
          if (y < 0 || y >= inHeight) continue;
          for (let ox = 0; ox < outWidth; ox++) {
            const out = ((n * outHeight + oy) * outWidth + ox) * info.outChannels;
            for (let j = 0; j < filterWidth; j++) {
              const x = ox * strideWidth - padInfo.left + j;
              if (x < 0 || x >= inWidth) continue;
              const pixel = ((n * inHeight + y) * inWidth + x) * inChannels;
              const tap = (i * filterWidth + j) * info.outChannels;
              for (let o = 0; o < info.outChannels; o++) {
                const channel = pixel + (multiplier === 1 ? o : Math.floor(o / multiplier));
                if (of === 'filter') target[tap + o]! += other[channel]! * dyv[out + o]!;
                else target[channel]! += other[tap + o]! * dyv[out + o]!;
              }
            }
          }
        }
      }
    }
    return result;
  };
}

function geometry(tf: Tfjs, { inputs, attrs }: KernelCall) {
  const { strides, pad, dimRoundingMode, inputShape, filterShape } = attrs as never as {
    strides: [number, number];
    pad: 'valid' | 'same' | number;
    dimRoundingMode?: 'floor';
    inputShape?: Tensor4;
    filterShape?: Tensor4;
  };
  const shapeOf = (tensor: TensorInfo | undefined) => tensor!.shape as Tensor4;
  return tf.backend_util.computeConv2DInfo(
    inputShape ?? shapeOf(inputs['x']),
    filterShape ?? shapeOf(inputs['filter']),
    strides,
    1,
    pad,
    dimRoundingMode,
    true,
  );
}
